"""A wrong setting stops the start with one sentence that names it."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from chatsite.site_url import site_address
from tests.services.postgres import Postgres

KINDS = pytest.mark.parametrize("kind", ["daphne", "uvicorn"])
ROOT = Path(__file__).parents[2]


def start(tmp_path: Path, *command: str, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), **settings}
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_no_setting_is_needed(tmp_path: Path) -> None:
    assert start(tmp_path, "check").returncode == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", "0"),  # with the built-in key
        ("DEBUG", "perhaps"),
        ("SITE_URL", "chat.example.org"),
        ("SITE_URL", "https://chat.example.org/below"),
        ("SITE_URL", "https://chat.example.org?here"),
        ("SITE_URL", "https://chat.example.org:port"),
        ("SITE_URL", "https://chat.example.org:0"),
        ("SITE_URL", "https://somebody@chat.example.org"),
        ("SITE_URL", "https://[::1"),
        ("SITE_URL", "https://*"),
        ("SITE_URL", "https://chät.example.org"),
        ("DATA_DIR", "/dev/null/data"),
        ("DATA_DIR", "/proc/data"),  # where even root cannot write
        ("DATABASE_URL", "mysql://u:p@127.0.0.1/chat"),
        ("DATABASE_URL", "sqlite:////dev/null/chat.sqlite3"),
        ("DATABASE_URL", f"sqlite:///{__file__}"),  # something else
        ("DATABASE_URL", "postgres://chat@127.0.0.1:1/chat"),  # away
        ("DATABASE_URL", "postgres://chat@127.0.0.1:1/chat?of=no+meaning"),
        ("DATABASE_REPLICA_URL", "replica.example.org"),
        ("DATABASE_REPLICA_URL", "sqlite:////tmp/replica.sqlite3"),
        ("DATABASE_REPLICA_URL", "postgres://chat@127.0.0.1/chat"),  # of a site on SQLite
        ("REDIS_URL", "127.0.0.1:6379"),
        ("REDIS_URL", "redis://127.0.0.1:6379/chat"),
        ("REDIS_URL", "redis://127.0.0.1:6379,127.0.0.1:6380"),
        ("CHAT_SERVER", "gunicorn"),
        ("SIGNUP", "yes"),
        ("RATE_LIMITS", "some"),
        ("PORT", "http"),
        ("PORT", "65536"),
        ("DATABASE_POOL", "2"),
        ("TRUSTED_PROXIES", "one"),
        ("EMAIL_PORT", "0"),
        ("EMAIL_TLS", "perhaps"),
        ("SENDFILE", "perhaps"),
        ("LOG_FORMAT", "xml"),
        ("SENTRY_DSN", "somewhere"),
        ("MAX_UPLOAD_MB", "-1"),
        ("SECRET_KEY_FILE", "/dev/null/key"),
        ("SECRET_KEY_FILE", sys.executable),  # no text
        ("DATABASE_PASSWORD_FILE", "/nowhere/password"),
        ("REDIS_PASSWORD_FILE", "/nowhere/password"),
    ],
)
@pytest.mark.parametrize(
    "command", [("migrate", "--verbosity", "0"), ("serve", "--port", "0")], ids=lambda it: it[0]
)
def test_a_wrong_setting_is_named_in_one_sentence(
    tmp_path: Path, command: tuple[str, ...], name: str, value: str
) -> None:
    ended = start(tmp_path, *command, **{name: value})
    assert ended.returncode != 0
    assert len(ended.stderr.strip().splitlines()) == 1, ended.stderr
    assert ("SECRET_KEY" if (name, value) == ("DEBUG", "0") else name.removesuffix("_FILE")) in ended.stderr


def test_the_doctor_too_says_which_setting_it_cannot_read(tmp_path: Path) -> None:
    ended = start(tmp_path, "doctor", SITE_URL="chat.example.org")
    assert ended.returncode != 0
    assert ended.stderr.startswith("chatsite: SITE_URL must be")
    assert len(ended.stderr.strip().splitlines()) == 1, ended.stderr


def test_an_empty_secret_leaves_the_plain_variable(tmp_path: Path) -> None:
    secret = tmp_path / "key"
    secret.write_text("\n")
    ended = start(tmp_path, "check", DEBUG="0", SECRET_KEY_FILE=str(secret))
    assert "SECRET_KEY must be set" in ended.stderr
    assert start(tmp_path, "check", DEBUG="0", SECRET_KEY_FILE=str(secret), SECRET_KEY="k" * 64).returncode == 0


def test_a_pool_without_room_beside_the_writer_is_refused(tmp_path: Path) -> None:
    url = "postgres://nobody@127.0.0.1:1/chat"
    assert start(tmp_path, "check", DATABASE_URL=url, DATABASE_POOL="3").returncode == 0
    ended = start(tmp_path, "check", DATABASE_URL=url, DATABASE_POOL="2")
    assert ended.returncode != 0
    assert "DATABASE_POOL" in ended.stderr


@KINDS
def test_an_old_database_is_not_served(tmp_path: Path, kind: str) -> None:
    ended = start(tmp_path, "serve", "--port", "0", CHAT_SERVER=kind)
    assert ended.returncode != 0
    assert "manage.py migrate" in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1, ended.stderr


@KINDS
def test_a_port_that_is_taken_or_no_place_of_ours(tmp_path: Path, kind: str) -> None:
    assert start(tmp_path, "migrate", "--verbosity", "0").returncode == 0
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = str(other.getsockname()[1])
        for place in (
            ("--port", taken),
            ("--port", "65536"),
            ("--host", "192.0.2.1"),
            ("--host", "nowhere.invalid"),
        ):
            ended = start(tmp_path, "serve", *place, CHAT_SERVER=kind)
            assert ended.returncode != 0
            assert place[1] in ended.stderr
            assert len(ended.stderr.strip().splitlines()) == 1, ended.stderr


def test_a_wrong_password_of_the_database_is_said_at_once(tmp_path: Path, postgres: Postgres) -> None:
    url = postgres.locked_url("right")
    for command in ("migrate", "serve"):
        ended = start(tmp_path, command, DATABASE_URL=url, DATABASE_PASSWORD="wrong")
        assert ended.returncode != 0
        assert "password authentication failed" in ended.stderr
        assert len(ended.stderr.strip().splitlines()) == 1, ended.stderr
    assert start(tmp_path, "migrate", DATABASE_URL=url, DATABASE_PASSWORD="right").returncode == 0


@pytest.mark.parametrize(
    ("given", "url", "host"),
    [
        ("https://chat.example.org/", "https://chat.example.org", "chat.example.org"),
        ("HTTPS://Chat.Example.Org:443", "https://chat.example.org", "chat.example.org"),
        ("http://chat.lan:80", "http://chat.lan", "chat.lan"),
        ("https://chat.example.org:8443", "https://chat.example.org:8443", "chat.example.org"),
        ("https://[2001:DB8::1]:8443", "https://[2001:db8::1]:8443", "[2001:db8::1]"),
    ],
)
def test_the_address_of_the_site_is_what_browsers_call_it(given: str, url: str, host: str) -> None:
    address = site_address(given)
    assert (address.origin, address.host) == (url, host)
