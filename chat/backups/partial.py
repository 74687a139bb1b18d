"""Files that are not whole yet. None stays behind, whatever ends the work."""

import contextlib
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PREFIX, SUFFIX = ".chatsite-", ".partial"
ABANDONED = 24 * 60 * 60  # seconds after which a file that nobody wrote to was left by a power cut


@contextmanager
def partial(folder: Path) -> Iterator[Path]:
    """A new empty file, for this process's user alone; removed in the end, unless it was renamed."""
    _remove_abandoned(folder)
    descriptor, name = tempfile.mkstemp(SUFFIX, PREFIX, folder)
    os.close(descriptor)
    path = Path(name)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def _remove_abandoned(folder: Path) -> None:
    for path in folder.glob(f"{PREFIX}*{SUFFIX}*"):
        # Another process may do the same right now.
        with contextlib.suppress(FileNotFoundError):
            if time.time() - path.stat().st_mtime > ABANDONED:
                path.unlink()
