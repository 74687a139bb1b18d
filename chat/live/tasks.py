"""What runs beside the event loop's turns and nobody awaits."""

import asyncio
import logging

from django.db import DatabaseError, InterfaceError

logger = logging.getLogger(__name__)


class Tasks:
    def __init__(self) -> None:
        # Keeps a task from being collected while it runs.
        self.running: set[asyncio.Task[None]] = set()

    def spawn(self, coroutine: "asyncio._CoroutineLike[None]") -> "asyncio.Task[None]":
        task = asyncio.get_running_loop().create_task(coroutine)
        self.running.add(task)
        task.add_done_callback(self._finish)
        return task

    def _finish(self, task: "asyncio.Task[None]") -> None:
        self.running.discard(task)
        error = None if task.cancelled() else task.exception()
        if isinstance(error, DatabaseError | InterfaceError):
            # What it was about to find out, the next audit finds.
            logger.warning("The database could not be asked: %s", error)
        elif error is not None:
            logger.error("A task failed.", exc_info=error)
