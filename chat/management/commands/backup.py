"""Write a backup of the running site: its database and its files."""

import logging
import signal
import sys
import time
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError
from django.db import Error as DatabaseFailure

from chat.backups import keeping
from chat.backups.errors import BackupFailed
from chat.backups.taking import take

logger = logging.getLogger(__name__)

FAILURES = (BackupFailed, DatabaseFailure, OSError)


class Command(BaseCommand):
    help = (
        "Write a backup of the site to standard output, or to a folder, while people go on talking. It holds the "
        "database and the files, but neither the settings nor the secret key. Restore it with manage.py restore."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--to", type=Path, metavar="FOLDER", help="make chatsite-<date>-<time>.tar there")
        parser.add_argument("--keep", type=int, metavar="N", help="then remove all such files but the newest N")
        parser.add_argument(
            "--every",
            type=float,
            metavar="HOURS",
            help="go on until SIGTERM; the first one at once, unless the folder has one that is younger",
        )

    def handle(self, *args: Any, to: Path | None, keep: int | None, every: float | None, **options: Any) -> None:
        _check(to, keep, every)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, _stop)
        if to is not None and every is not None:
            self._repeat(to, keep, every * 3600)
            return
        try:
            self._take(to, keep)
        except FAILURES as error:
            raise CommandError(_sentence(error)) from None

    def _repeat(self, to: Path, keep: int | None, pause: float) -> None:
        try:
            time.sleep(_seconds_until_due(to, pause))
            while True:
                begun = time.monotonic()
                try:
                    self._take(to, keep)
                except FAILURES as error:
                    logger.error("No backup, the next try is in %g hours: %s", pause / 3600, _sentence(error))
                time.sleep(max(0.0, begun + pause - time.monotonic()))
        except SystemExit:
            return  # asked for, so nothing went wrong

    def _take(self, to: Path | None, keep: int | None) -> None:
        if to is None:
            # A file of our own: what Python's would still hold after an error, it would write at the exit.
            with open(sys.stdout.fileno(), "wb", closefd=False) as out:
                take(out)
            return
        path = keeping.take_into(to)
        if keep:
            keeping.forget_older(to, keep)
        self.stdout.write(str(path))
        self.stdout.flush()


def _check(to: Path | None, keep: int | None, every: float | None) -> None:
    """Raises `CommandError` for what makes no sense."""
    if to is None and (keep is not None or every is not None):
        raise CommandError("--keep and --every need --to FOLDER.")
    if keep is not None and keep < 1:
        raise CommandError("--keep must be at least 1.")
    if every is not None and not 0 < every < 10_000:
        raise CommandError("--every must be a number of hours.")
    if to is None and sys.stdout.isatty():
        raise CommandError("A backup is no text for a terminal: say manage.py backup > FILE, or --to FOLDER.")
    if to is not None and not to.is_dir():
        raise CommandError(f"{to} is not a folder.")


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)


def _seconds_until_due(to: Path, pause: float) -> float:
    """So that a service that starts again and again does not push out the old backups with new ones."""
    newest = keeping.newest_time(to)
    if newest is None:
        return 0.0
    return max(0.0, pause - (datetime.now(UTC) - newest).total_seconds())


def _sentence(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"{error.filename or 'The backup'} cannot be written or read: {error.strerror or error}."
    if isinstance(error, DatabaseFailure):
        return f"The database refused: {str(error).strip().splitlines()[0]}."
    return str(error)
