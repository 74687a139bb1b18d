"""PostgreSQL crashes, drops sessions, is full, and waits."""

import asyncio
import time
from contextlib import ExitStack

import psycopg

from tests.faults.stage import Stage

FULL_FOR = 3.0  # seconds
LOCKED_FOR = 4.0
EVERY_BACKEND = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
)


async def crash(stage: Stage) -> None:
    """An immediate stop, and a start that recovers."""
    await asyncio.to_thread(stage.postgres.crash)
    await asyncio.to_thread(stage.postgres.start)


async def end_every_backend(stage: Stage) -> None:
    def end() -> None:
        with psycopg.connect(stage.site.database_url, autocommit=True) as connection:
            connection.execute(EVERY_BACKEND)

    await asyncio.to_thread(end)


async def take_all_connections(stage: Stage) -> None:
    """`max_connections` held by somebody else, after the site's own were dropped."""

    def take() -> None:
        until = None
        with ExitStack() as taken:
            first = taken.enter_context(psycopg.connect(stage.site.database_url, autocommit=True))
            first.execute(EVERY_BACKEND)
            # The site wins some of them, and whenever it gives one back, it is taken too.
            while until is None or time.monotonic() < until:
                try:
                    taken.enter_context(psycopg.connect(stage.site.database_url))
                except psycopg.OperationalError:
                    until = until or time.monotonic() + FULL_FOR
                    time.sleep(0.01)

    await asyncio.to_thread(take)


async def lock_a_room(stage: Stage) -> None:
    """Somebody's transaction holds the newest room, as a hand in `psql` may."""

    def hold() -> None:
        with psycopg.connect(stage.site.database_url) as connection:
            connection.execute("SELECT id FROM chat_room ORDER BY id DESC LIMIT 1 FOR UPDATE")
            time.sleep(LOCKED_FOR)

    await asyncio.to_thread(hold)
