"""PostgreSQL's programs: where they are, and what they say when they fail."""

import re
import shutil
from pathlib import Path
from typing import IO

from .errors import BackupFailed

FOLDERS = "usr/lib/postgresql/*/bin"  # of Debian and what comes from it
MISMATCH = re.compile(r"server version: ([\d.]+).*?pg_dump version: ([\d.]+)")
REASON = re.compile(r"(?:error|ERROR|FATAL): +(.+)")


def find(name: str) -> str:
    """The program on the path, or the newest one in the folders of its own.

    Raises:
        BackupFailed: it is not installed.
    """
    if found := shutil.which(name):
        return found
    installed = [path for path in Path("/").glob(f"{FOLDERS}/{name}") if path.is_file()]
    if not installed:
        raise BackupFailed(f"{name} is not installed: it comes with the package postgresql-client.")
    return str(max(installed, key=_version))


def _version(path: Path) -> list[int]:
    """Such that `…/9.6/bin/pg_dump` is older than `…/17/bin/pg_dump`."""
    return [int(part) for part in path.parent.parent.name.split(".") if part.isdecimal()]


def explain(name: str, said: IO[bytes]) -> str:
    """A sentence on why the program failed, from the file that took its standard error."""
    said.seek(0)
    text = said.read().decode(errors="replace")
    if mismatch := MISMATCH.search(text):
        server, client = mismatch.groups()
        return f"pg_dump {client} is too old for the server, {server}: install postgresql-client of that version."
    if "unsupported version" in text:
        return "pg_restore is older than the pg_dump that made this backup: install a newer postgresql-client."
    reason = REASON.search(text)
    return f"{name} refused: {reason.group(1).rstrip('.')}." if reason else f"{name} ended before it was done."
