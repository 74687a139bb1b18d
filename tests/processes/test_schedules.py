"""Backups by schedule, as a service runs them: asked to end, killed in the middle, and started again."""

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from chat.backups.partial import ABANDONED, PREFIX
from tests.people import gather
from tests.processes.homes import Home, at_home, neighbour
from tests.processes.pairs import eventually
from tests.services.postgres import Postgres
from tests.services.site import NewSite

DUMPS = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@pytest.fixture
def large(new_postgres_site: NewSite, postgres: Postgres) -> Iterator[Home]:
    with new_postgres_site() as site, at_home(site, ("daphne",), postgres) as home:
        gather(site)
        site.close()
        yield home


def service(home: Home) -> "subprocess.Popen[str]":
    return home.begin("backup", "--to", str(home.backups), "--every", "24", "--keep", "2")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def half_written(folder: Path) -> list[str]:
    return [name for name in names(folder) if name.startswith(PREFIX)]


async def test_a_service_makes_one_at_once_and_ends_when_asked(home: Home) -> None:
    gather(home.site)
    home.site.close()
    old = ["chatsite-20200101-020000.tar", "chatsite-20200102-020000.tar"]
    for name in old:
        (home.backups / name).touch()
    running = service(home)
    try:
        await eventually(lambda: old[0] not in names(home.backups), "the first backup")
    finally:
        running.send_signal(signal.SIGTERM)
    said, complaints = await asyncio.to_thread(running.communicate, timeout=30)
    assert (running.returncode, complaints) == (0, "")
    [kept, new] = names(home.backups)
    assert kept == old[1]
    assert said == f"{home.backups / new}\n"
    home.site.manage("restore", "--replace", str(home.backups / new))


async def test_one_that_is_asked_to_end_in_the_middle_leaves_nothing(large: Home) -> None:
    with neighbour(large) as other:
        other.execute("LOCK TABLE chat_message")
        running = service(large)
        await eventually(lambda: bool(large.ask(DUMPS)), "pg_dump to wait for a table")
        assert half_written(large.backups)
        running.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(running.wait, 30) == 0
        running.communicate()
    assert names(large.backups) == []
    assert half_written(large.site.folder) == []


async def test_what_a_killed_one_leaves_is_no_backup_and_goes(large: Home) -> None:
    with neighbour(large) as other:
        other.execute("LOCK TABLE chat_message")
        running = service(large)
        await eventually(lambda: bool(large.ask(DUMPS)), "pg_dump to wait for a table")
        running.kill()
        running.communicate()
    left = [folder / name for folder in (large.backups, large.site.folder) for name in half_written(folder)]
    assert len(left) == 2
    first = large.back_up()
    assert len(names(large.backups)) == 2, "a young one may be somebody's who is still at it"
    for path in left:
        os.utime(path, (time.time() - ABANDONED - 60,) * 2)
    large.site.manage("backup", "--to", str(large.backups), "--keep", "2")
    assert first.name in names(large.backups)
    assert not half_written(large.backups)
    assert not half_written(large.site.folder)
