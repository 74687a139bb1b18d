"""The disk below DATA_DIR: room, files, and whether this user may write."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from .databases import sqlite_file
from .findings import Finding, ok, problem, warning

DISK = "disk"
LEAST_SHARE = 0.1
LEAST_BYTES = 1024**3


def check() -> Iterator[Finding]:
    media = Path(settings.MEDIA_ROOT)
    for folder in (settings.DATA_DIR, media):
        yield from _judge_writing(folder)
    file = sqlite_file()
    disks: dict[int, Path] = {}
    for folder in (settings.DATA_DIR, media, *([file.parent] if file is not None else [])):
        if folder.is_dir():
            disks.setdefault(folder.stat().st_dev, folder)
    for folder in disks.values():
        yield judge_room(folder, os.statvfs(folder))


def _judge_writing(folder: Path) -> Iterator[Finding]:
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"doctor")
            file.flush()
    except OSError as error:
        yield problem(
            DISK,
            f"This user cannot write to {folder} ({error.strerror}): give the folder to the user that the site "
            "runs as (chown -R), and let it be on a disk that can be written.",
        )


def judge_room(folder: Path, disk: os.statvfs_result) -> Finding:
    free, total = disk.f_bavail * disk.f_frsize, disk.f_blocks * disk.f_frsize
    share = free / total if total else 1.0
    room = f"{free / 1024**3:.1f} GiB ({share:.0%}) free at {folder}"
    if free == 0:
        return problem(DISK, f"The disk at {folder} is full, so that nothing can be stored: make room at once.")
    if share < LEAST_SHARE or free < LEAST_BYTES:
        return warning(
            DISK, f"There are only {room}: make room, or move DATA_DIR to a larger disk, before nothing is stored."
        )
    # Some file systems do not count them, and say 0.
    if disk.f_files and disk.f_favail / disk.f_files < LEAST_SHARE / 2:
        return warning(
            DISK, f"The file system at {folder} has room, but hardly an inode for another file: remove many files."
        )
    return ok(DISK, f"There are {room}.")
