"""The doctor and the services: what is away, hangs, or lets nobody in, each in a sentence and never a trace."""

import json
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
import redis

from tests.services.postgres import Postgres
from tests.services.programs import free_port
from tests.services.redis import RedisServer, running_redis
from tests.services.site import NewSite, Site, running_site

Findings = dict[str, list[tuple[str, str]]]


def examine(site: Site, *arguments: str, **settings: str) -> Findings:
    """Grades and sentences by check."""
    other = replace(site, settings={**site.settings, **settings})
    done = other.manage("doctor", "--json", *arguments, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    found: Findings = {}
    for each in json.loads(done.stdout):
        found.setdefault(each["check"], []).append((each["grade"], each["sentence"]))
    return found


def sentence(found: Findings, check: str, grade: str) -> str:
    return " ".join(said for of_grade, said in found.get(check, []) if of_grade == grade)


def test_a_site_that_is_well(new_site: NewSite) -> None:
    with new_site() as site, site.serve():
        done = site.manage("doctor")
        assert done.returncode == 0
        assert re.search(r"^ok +address: This site answers at http://127", done.stdout, re.MULTILINE)
        assert "problem" not in done.stdout
        assert done.stderr == ""


def test_before_the_first_migration_it_makes_nothing() -> None:
    with running_site("sqlite:///{folder}/chat.sqlite3") as site:
        found = examine(site)
        assert "run `manage.py migrate`" in sentence(found, "database", "problem")
        assert "run `manage.py migrate`" in sentence(found, "migrations", "problem")
        assert not (site.folder / "chat.sqlite3").exists()


def test_an_empty_database(postgres: Postgres) -> None:
    with running_site(postgres.url_of(postgres.create_database())) as site:
        found = examine(site)
        assert "PostgreSQL" in sentence(found, "database", "ok")
        assert sentence(found, "migrations", "problem") == "No table has been made yet: run `manage.py migrate`."


@pytest.mark.parametrize(
    ("user", "name", "todo"),
    [("chat", "nowhere", "make this database"), ("nobody", "chat", "make this database or user")],
)
def test_a_database_that_is_not_there(postgres: Postgres, user: str, name: str, todo: str) -> None:
    with running_site(f"postgres://{user}@127.0.0.1:{postgres.port}/{name}") as site:
        found = examine(site)
        assert todo in sentence(found, "database", "problem")
        assert "not looked at" in sentence(found, "migrations", "note")


def test_a_password_that_is_wrong(postgres: Postgres) -> None:
    with running_site(postgres.locked_url("right")) as site:
        found = examine(site, DATABASE_PASSWORD="wrong")
        assert "the password or the user is wrong" in sentence(found, "database", "problem")
        assert "DATABASE_PASSWORD is empty" in sentence(examine(site), "database", "problem")
        assert "answers" in sentence(examine(site, DATABASE_PASSWORD="right"), "database", "ok")


def test_no_pool_is_left_to_end_at_the_exit(postgres: Postgres) -> None:
    with running_site(postgres.url) as site:
        # Python 3.13 and later take twenty seconds to see that its threads do not end, and tell of each.
        assert site.manage("doctor", check=False).stderr == ""


def test_more_connections_than_the_database_takes(postgres: Postgres) -> None:
    with running_site(postgres.url) as site:
        assert "are enough for" in sentence(examine(site), "database", "ok")
        found = examine(site, DATABASE_POOL="120", REDIS_URL=f"redis://127.0.0.1:{free_port()}")
        assert "DATABASE_POOL=120 for 2 processes is 240 connections" in sentence(found, "database", "warning")


def test_a_replica_that_is_none(postgres: Postgres) -> None:
    with running_site(postgres.url) as site:
        found = examine(site, DATABASE_REPLICA_URL=postgres.url)
        assert "no streaming replica" in sentence(found, "replica", "warning")
        found = examine(site, DATABASE_REPLICA_URL=f"postgres://chat@127.0.0.1:{free_port()}/chat")
        assert "DATABASE_REPLICA_URL leads to no database" in sentence(found, "replica", "problem")


def test_each_redis(new_site: NewSite, redis_server: RedisServer) -> None:
    with new_site() as site, locked_redis("right") as locked:
        both = f"{redis_server.url},{locked.url}"
        found = examine(site, REDIS_URL=both)
        assert f"127.0.0.1:{redis_server.port}" in sentence(found, "redis", "ok")
        assert "REDIS_PASSWORD" in sentence(found, "redis", "problem")
        right = f"redis://:right@127.0.0.1:{locked.port}"
        found = examine(site, REDIS_URL=f"{redis_server.url},{right}")
        assert sentence(found, "redis", "ok").count("carries announcements") == 2
        assert "right" not in sentence(found, "redis", "ok")
        assert "were compared" in sentence(found, "clock", "ok")
        found = examine(site, REDIS_URL=f"redis://127.0.0.1:{free_port()}")
        assert "cannot be reached" in sentence(found, "redis", "problem")


@contextmanager
def locked_redis(password: str) -> Iterator[RedisServer]:
    with running_redis() as server:
        with redis.Redis(port=server.port) as client:
            client.config_set("requirepass", password)
        yield server


def test_a_redis_that_forbids_to_publish(new_site: NewSite) -> None:
    with new_site() as site, running_redis() as server:
        with redis.Redis(port=server.port) as client:
            client.acl_setuser("chat", enabled=True, passwords=["+secret"], categories=["+@all"], keys=["*"])
        found = examine(site, REDIS_URL=f"redis://chat:secret@127.0.0.1:{server.port}")
        assert "allow its user all channels" in sentence(found, "redis", "problem")


def test_everything_hangs(new_site: NewSite) -> None:
    """Each takes connections and says nothing; the command ends all the same."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as silent, new_site() as site:
        port = silent.getsockname()[1]
        site.database_url = f"postgres://chat@127.0.0.1:{port}/chat"
        silence = {
            "SITE_URL": f"http://127.0.0.1:{port}",
            "DATABASE_REPLICA_URL": f"postgres://chat@127.0.0.1:{port}/chat",
            "REDIS_URL": f"redis://127.0.0.1:{port}",
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(port),
        }
        found = examine(site, **silence)
        for check in ("address", "database", "replica", "redis", "mail"):
            assert sentence(found, check, "problem"), found
        assert sentence(found, "disk", "ok")


def test_as_lines_for_people(new_site: NewSite) -> None:
    with new_site() as site:
        done = site.manage("doctor", check=False)
        assert done.returncode == 1
        assert all(
            re.match(r"(ok|note|warning|problem) +[a-z]+: .+\.$", line) for line in done.stdout.splitlines()
        ), done.stdout
        assert "Nobody listens at" in done.stdout
        wrong = site.manage("doctor", "--connect-to", "proxy", check=False)
        assert "HOST:PORT" in wrong.stderr
        assert "Traceback" not in wrong.stderr
