"""Backups in a folder, named after their time: made, counted, and removed when they are many."""

import os
import re
from datetime import UTC, datetime
from pathlib import Path

from .partial import partial
from .taking import take

NAME = re.compile(r"chatsite-(\d{8}-\d{6})\.tar")
TIME = "%Y%m%d-%H%M%S"  # in UTC


def take_into(folder: Path) -> Path:
    """Take a backup, whose file is there under its name once it is whole and safe from a power cut.

    Raises:
        BackupFailed, OSError: see `take`.
    """
    with partial(folder) as unfinished:
        with unfinished.open("wb") as file:
            manifest = take(file)
            file.flush()
            os.fsync(file.fileno())
        path = unfinished.replace(folder / f"chatsite-{manifest.created.strftime(TIME)}.tar")
        _sync(folder)
    return path


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def forget_older(folder: Path, keep: int) -> None:
    """Remove all backups but the newest `keep`; files of other names stay."""
    for path in _backups(folder)[:-keep]:
        path.unlink(missing_ok=True)


def newest_time(folder: Path) -> datetime | None:
    backups = _backups(folder)
    if not backups:
        return None
    return datetime.strptime(backups[-1].name, f"chatsite-{TIME}.tar").replace(tzinfo=UTC)


def _backups(folder: Path) -> list[Path]:
    """From the oldest to the newest.

    Without those of the future: made when the clock was wrong, they would push out real ones.
    """
    now = f"chatsite-{datetime.now(UTC).strftime(TIME)}.tar"
    return sorted(path for path in folder.iterdir() if NAME.fullmatch(path.name) and path.name <= now)
