"""The stored files, all of them at once."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from django.conf import settings

from chat import uploads


def every_file() -> Iterator[tuple[str, IO[bytes]]]:
    """The key of each stored file with the file, open until the next is asked for."""
    for key in stored_keys():
        # Its message may have been deleted just now.
        try:
            file = (_root() / key).open("rb")
        except FileNotFoundError:
            continue
        with file:
            yield key, file


def stored_keys() -> Iterator[str]:
    """Of each stored file; anything else that lies there is not ours."""
    root = _root()
    for folder in sorted(path for path in root.iterdir() if path.is_dir()):
        with os.scandir(folder) as entries:
            for entry in entries:
                key = f"{folder.name}/{entry.name}"
                if uploads.is_key(key) and entry.is_file(follow_symlinks=False):
                    yield key


def put_in_place(folder: Path, keys: Iterable[str]) -> list[str]:
    """Move the files with these keys from `folder`, on the same disk, to where they are served.

    Returns the keys that were not there before.
    """
    new = []
    for key in keys:
        path = _root() / key
        if not path.exists():
            new.append(key)
        path.parent.mkdir(exist_ok=True)
        (folder / key).replace(path)
    # The database that names them is synced, and must not outlive them in a power cut.
    os.sync()
    return new


def remove(keys: Iterable[str]) -> None:
    for key in keys:
        uploads.remove(key)


def _root() -> Path:
    return Path(settings.MEDIA_ROOT)
