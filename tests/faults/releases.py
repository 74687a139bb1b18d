"""An earlier release of the site, to run beside this one on the same database and Redis."""

import io
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.services.programs import ROOT, cannot_run, temporary_folder


@contextmanager
def release(commit: str) -> Iterator[tuple[str, ...]]:
    """The program of a `Server` that runs the tree of this commit; without it in the clone the test cannot run."""
    archive = subprocess.run(["git", "archive", commit], cwd=ROOT, capture_output=True, check=False)
    if archive.returncode:
        reason = archive.stderr.decode().strip()
        cannot_run(f"the tree of {commit} is needed, with its history: `git fetch --unshallow` ({reason})")
    with temporary_folder("release") as folder:
        with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as tree:
            tree.extractall(folder, filter="data")
        yield (str(Path(folder) / "manage.py"),)
