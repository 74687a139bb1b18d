"""Threads for the database work of sockets: apart from the one shared thread of `sync_to_async`."""

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from django.db import connections

P = ParamSpec("P")
T = TypeVar("T")


class Pool:
    """A few threads, each with its own database connection."""

    def __init__(self, name: str, threads: int) -> None:
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix=name)

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        # In the caller's context, so that what goes wrong is logged with the caller's id.
        run = contextvars.copy_context().run
        return await asyncio.get_running_loop().run_in_executor(
            self._executor, run, lambda: call(work, *args, **kwargs)
        )

    @property
    def waiting(self) -> int:
        """How much work has no thread yet."""
        return self._executor._work_queue.qsize()

    def close(self) -> None:
        """Wait for what is running. What waits is dropped: nobody hears of it any more, and a backlog of edits
        would hold up the end of the process for longer than a supervisor waits."""
        self._executor.shutdown(wait=True, cancel_futures=True)


def call(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run database work in a long-lived thread and leave its connections fit for the next.

    PostgreSQL's goes back to the pool. SQLite's stays open, since opening one costs more than a query, unless it
    saw an error.
    """
    try:
        return work(*args, **kwargs)
    finally:
        for connection in connections.all(initialized_only=True):
            if connection.vendor == "postgresql" or connection.errors_occurred:
                connection.close()
