"""What addresses of databases mean, and which are refused."""

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from chatsite.databases import databases

PRIMARY = "postgres://chat@primary/chat"


def default(url: str, password: str = "") -> dict[str, Any]:
    return databases(url, "", password=password, pool=16)["default"]


def test_a_password_of_its_own_is_taken_as_it_stands() -> None:
    """It needs no escaping, as it does within an address, whose own wins."""
    assert default(PRIMARY, "p@ss/w:rd%41#?")["PASSWORD"] == "p@ss/w:rd%41#?"
    assert default("postgres://chat:its%40own@primary/chat", "another")["PASSWORD"] == "its@own"
    assert not default(PRIMARY)["PASSWORD"]


def test_a_pool_has_a_hard_maximum() -> None:
    settings = databases(PRIMARY, "", password="", pool=7)["default"]
    assert settings["OPTIONS"]["pool"]["max_size"] == 7
    assert settings["CONN_MAX_AGE"] == 0


def test_options_of_the_address_are_kept() -> None:
    options = default(f"{PRIMARY}?sslmode=require&connect_timeout=9")["OPTIONS"]
    assert options["sslmode"] == "require"
    assert int(options["connect_timeout"]) == 9
    assert options["pool"]["max_size"] == 16


def test_sqlite_waits_for_the_disk_and_begins_immediate() -> None:
    settings = default("sqlite:////tmp/chat.sqlite3", "unused")
    assert settings["NAME"] == "/tmp/chat.sqlite3"
    assert settings["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "synchronous=FULL" in settings["OPTIONS"]["init_command"]


def test_a_replica_is_a_second_database_that_tests_read_as_the_first() -> None:
    both = databases(PRIMARY, "postgres://reader@replica:5433/chat", password="secret", pool=5)
    assert both.keys() == {"default", "replica"}
    replica = both["replica"]
    assert (replica["HOST"], replica["PORT"], replica["USER"]) == ("replica", 5433, "reader")
    assert (replica["PASSWORD"], replica["OPTIONS"]["pool"]["max_size"]) == ("secret", 5)
    assert replica["TEST"] == {"MIRROR": "default"}
    assert "name" not in both["default"]["OPTIONS"]["pool"], "its warnings are to be seen"


@pytest.mark.parametrize(
    ("url", "replica", "named"),
    [
        ("mysql://u:p@127.0.0.1/chat", "", "DATABASE_URL"),
        ("nonsense", "", "DATABASE_URL"),
        ("postgres://chat@primary:port/chat", "", "DATABASE_URL"),
        (PRIMARY, "nonsense", "DATABASE_REPLICA_URL"),
        (PRIMARY, "mysql://u:p@127.0.0.1/chat", "DATABASE_REPLICA_URL"),
        (PRIMARY, "sqlite:////tmp/chat.sqlite3", "DATABASE_REPLICA_URL"),
        ("sqlite:////tmp/chat.sqlite3", PRIMARY, "DATABASE_REPLICA_URL"),
    ],
)
def test_a_wrong_address_is_named(url: str, replica: str, named: str) -> None:
    databases(PRIMARY, PRIMARY, password="", pool=3)
    with pytest.raises(ImproperlyConfigured, match=f"^{named}\\b"):
        databases(url, replica, password="", pool=3)
