"""Restores that end on the way: the site is the old one or the new one, and the next one completes it."""

import asyncio
import signal
import subprocess
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.processes.homes import (
    Home,
    at_home,
    epoch,
    inhabit,
    neighbour,
    say,
    say_a_lot,
    settled,
    stored_files,
    texts,
)
from tests.processes.pairs import eventually
from tests.services.postgres import Postgres
from tests.services.site import NewSite

KILLS = 6
KEYS = "SELECT key FROM chat_attachment WHERE message_id IS NOT NULL"
WAITERS = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
OTHERS = (
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND usename = current_user"
    " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)


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
