"""Restores that are refused, that die on the way, and that come from an older site."""

import asyncio
import signal
import subprocess
import tarfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from tests.people import Company, Person, gather
from tests.processes.homes import Home, at_home, neighbour
from tests.processes.pairs import eventually
from tests.services.postgres import Postgres
from tests.services.site import NewSite

KILLS = 6
EPOCH = "SELECT epoch FROM chat_site"
TEXTS = "SELECT text FROM chat_message ORDER BY tick"
WAITERS = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
OTHERS = (
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND usename = current_user"
    " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)
KEYS = "SELECT key FROM chat_attachment WHERE message_id IS NOT NULL"


def say(author: int, room: int, text: str, file: bool = False) -> None:
    """For `Site.call`."""
    import io

    from chat.actions import files
    from chat.actions.posting import Draft, post
    from chat.models import User

    attachments: tuple[int, ...] = ()
    if file:
        user = User.objects.get(pk=author)
        attachments = (files.upload(user=user, file=io.BytesIO(text.encode()), name="notes.txt").pk,)
    post(Draft(author, room, uuid4().hex, text, attachments=attachments))


def say_a_lot(author: int, room: int) -> None:
    """More than fits into a pipe, so that who writes it into one has to wait for the reader. For `Site.call`."""
    from chat.actions.posting import Draft, post_many

    post_many([Draft(author, room, uuid4().hex, f"{number} ".ljust(8000, "x")) for number in range(40)])


def inhabit(home: Home) -> Company:
    home.site.call(begin)
    return gather(home.site)


def begin() -> None:
    """As the first server does. For `Site.call`."""
    from chat.models import Site

    Site.load()


def settled(home: Home) -> tuple[Company, Path, str]:
    """A site on which something was said before its backup, and something after it; with its epoch."""
    company = inhabit(home)
    home.site.call(say, company.alice.id, company.general, "before", file=True)
    backup = home.back_up()
    home.site.call(say, company.alice.id, company.general, "after", file=True)
    home.site.close()
    return company, backup, epoch(home)


def epoch(home: Home) -> str:
    [(found,)] = home.ask(EPOCH)
    return str(found)


def texts(home: Home) -> list[str]:
    return [text for (text,) in home.ask(TEXTS)]


def stored_files(home: Home) -> set[str]:
    media = home.site.folder / "media"
    return {path.relative_to(media).as_posix() for path in media.rglob("*") if path.is_file()}


def test_a_restore_is_refused_while_anything_runs(home: Home) -> None:
    _, backup, before = settled(home)
    with home.serving():
        # At once, before any audit or visitor: somebody has just started it.
        assert "stop the servers first" in home.refusal("restore", "--replace", str(backup))
    assert (epoch(home), texts(home)) == (before, ["before", "after"])
    home.site.manage("restore", "--replace", str(backup))
    assert texts(home) == ["before"]
    assert epoch(home) != before


def test_people_are_replaced_only_by_those_who_say_so(home: Home) -> None:
    _, backup, before = settled(home)
    assert "say --replace" in home.refusal("restore", str(backup))
    assert (epoch(home), texts(home)) == (before, ["before", "after"])


def test_a_backup_of_a_newer_version_is_refused(home: Home) -> None:
    inhabit(home)
    home.site.close()
    home.ask("INSERT INTO django_migrations (app, name, applied) VALUES ('chat', '9999_x', '2026-01-01 00:00:00')")
    backup = home.back_up()
    home.ask("DELETE FROM django_migrations WHERE name = '9999_x'")
    before = epoch(home)
    assert "update this one" in home.refusal("restore", "--replace", str(backup))
    assert epoch(home) == before


def test_a_backup_of_an_older_version_is_brought_up_to_date(home: Home) -> None:
    applied = "SELECT app, name FROM django_migrations ORDER BY app, name"
    newest = home.ask(applied)
    company = inhabit(home)
    home.site.call(say, company.alice.id, company.general, "before")
    home.site.close()
    home.site.manage("migrate", "account", "0005", "--verbosity=0")
    assert home.ask(applied) != newest
    backup = home.back_up()
    home.site.manage("migrate", "--verbosity=0")
    home.site.manage("restore", "--replace", str(backup))
    assert home.ask(applied) == newest
    assert texts(home) == ["before"]
    with home.serving():
        pass


def test_a_session_that_ended_since_lives_again_unless_everybody_is_signed_out(home: Home) -> None:
    company, backup, _ = settled(home)
    home.ask("DELETE FROM django_session")
    assert not can_read(home, company.bob)
    home.site.manage("restore", "--replace", str(backup))
    assert can_read(home, company.bob)
    home.site.manage("restore", "--replace", "--sign-out-everybody", str(backup))
    assert not can_read(home, company.bob)


def can_read(home: Home, person: Person) -> bool:
    with home.serving() as servers, person.http(servers[0].url) as http:
        return bool(http.get("/api/rooms").status_code == 200)


async def test_a_restore_that_is_killed_leaves_the_old_or_the_new(home: Home) -> None:
    """Killed at moments all over the time it takes; each has to leave one of the two, with its files."""
    _, backup, _ = settled(home)
    started = time.monotonic()
    home.site.manage("restore", "--replace", str(backup))
    took = time.monotonic() - started
    for number in range(KILLS):
        home.ask("UPDATE chat_site SET name = 'changed since'")
        before = epoch(home)
        restoring = home.begin("restore", "--replace", str(backup))
        await asyncio.sleep(took * (number + 1) / KILLS)
        restoring.kill()
        restoring.communicate()
        await eventually(lambda: home.postgres is None or not home.ask(OTHERS), "its programs to end")
        [(name,)] = home.ask("SELECT name FROM chat_site")
        # Never the old state under the epoch that people hold, nor the other way round.
        assert (name == "changed since") == (epoch(home) == before)
        assert texts(home) == ["before"]
        assert {key for (key,) in home.ask(KEYS)} <= stored_files(home)
    home.site.manage("restore", "--replace", str(backup))
    assert texts(home) == ["before"]
    assert stored_files(home) == {key for (key,) in home.ask(KEYS)}


@dataclass
class Waiting:
    """A restore in the middle of its transaction, waiting for a table that somebody else reads."""

    home: Home
    backup: Path
    process: "subprocess.Popen[str]"
    reader: "psycopg.Connection[Any]"
    state: tuple[str, list[str], set[str]]


@pytest.fixture
async def waiting(new_postgres_site: NewSite, postgres: Postgres) -> AsyncIterator[Waiting]:
    with new_postgres_site() as site, at_home(site, ("daphne",), postgres) as home:
        company = inhabit(home)
        site.call(say_a_lot, company.alice.id, company.general)
        backup = home.back_up()
        site.call(say, company.alice.id, company.general, "after", file=True)
        site.close()
        state = epoch(home), texts(home), stored_files(home)
        with neighbour(home) as reader:
            reader.execute("LOCK TABLE chat_message")
            process = home.begin("restore", "--replace", str(backup))
            await eventually(lambda: bool(home.ask(WAITERS)), "psql to wait for the table")
            yield Waiting(home, backup, process, reader, state)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
async def test_one_that_ends_before_its_commit_has_done_nothing(waiting: Waiting, how: signal.Signals) -> None:
    home = waiting.home
    waiting.process.send_signal(how)
    if how == signal.SIGKILL:
        waiting.process.wait()
    else:
        await eventually(lambda: not (home.site.folder / "media/.restoring").exists(), "a tidy end")
    waiting.reader.rollback()
    waiting.process.communicate()
    await eventually(lambda: not home.ask(OTHERS), "psql to end")
    left = stored_files(home)
    if how == signal.SIGKILL:
        assert any(name.startswith(".restoring/") for name in left)
        left = {name for name in left if not name.startswith(".restoring/")}
    assert (epoch(home), texts(home), left) == waiting.state
    home.site.manage("restore", "--replace", str(waiting.backup))
    assert texts(home) == waiting.state[1][:-1]
    assert stored_files(home) == set()


def test_what_others_keep_in_the_database_is_left_alone(new_postgres_site: NewSite, postgres: Postgres) -> None:
    with new_postgres_site() as site, at_home(site, ("daphne",), postgres) as home:
        home.ask("CREATE EXTENSION pg_stat_statements")
        home.ask("CREATE TABLE neighbours AS SELECT 'before' AS word")
        _, backup, _ = settled(home)
        with tarfile.open(backup) as tar:
            database = tar.extractfile("database")
            assert database
            assert b"neighbours" not in (dump := database.read())
            assert b"pg_stat_statements" not in dump
        home.ask("UPDATE neighbours SET word = 'after'")
        site.manage("restore", "--replace", str(backup))
        assert texts(home) == ["before"]
        assert home.ask("SELECT word FROM neighbours") == [("after",)]


def test_a_backup_of_the_other_engine_is_refused(
    new_site: NewSite, new_postgres_site: NewSite, postgres: Postgres
) -> None:
    with (
        new_site() as small,
        at_home(small, ("daphne",)) as first,
        new_postgres_site() as large,
        at_home(large, ("daphne",), postgres) as second,
    ):
        backups = {home: settled(home)[1] for home in (first, second)}
        for home, other in ((first, second), (second, first)):
            before = epoch(home)
            assert "This backup is of" in home.refusal("restore", "--replace", str(backups[other]))
            assert (epoch(home), texts(home)) == (before, ["before", "after"])
