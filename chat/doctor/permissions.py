"""Who may read and write what the site keeps, and settings that are for trials alone."""

import os
import pwd
import stat
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from .databases import sqlite_file
from .findings import Finding, note, ok, problem, warning

PERMISSIONS = "permissions"
# Docker's own: what guards them is the folder on the host.
MOUNTED = Path("/run/secrets")


def check() -> Iterator[Finding]:
    found = [*_judge_trial(), *_judge_owner(), *_judge_readers()]
    yield from found
    if not found:
        yield ok(PERMISSIONS, "Files belong to this user, and secrets are nobody else's.")


def _judge_trial() -> Iterator[Finding]:
    tell = note if settings.SITE_IS_LOOPBACK else problem
    if settings.DEBUG:
        yield tell(
            PERMISSIONS, "DEBUG is on, which shows settings to strangers: set DEBUG=0 where others can come."
        )
    if settings.SECRET_KEY_IS_BUILT_IN:
        yield tell(
            PERMISSIONS,
            "SECRET_KEY is the built-in one, with which everybody can forge sessions: set a long random one where "
            "others can come.",
        )
    elif len(settings.SECRET_KEY) < 32:
        yield warning(PERMISSIONS, "SECRET_KEY is short: set one of 50 random characters.")


def _judge_owner() -> Iterator[Finding]:
    mine = os.geteuid()
    kept = [Path(settings.DATA_DIR), Path(settings.MEDIA_ROOT)]
    file = sqlite_file()
    if file is not None:
        kept += [file, *(file.with_name(file.name + ending) for ending in ("-wal", "-shm"))]
    owners = {path: path.stat().st_uid for path in kept if path.exists()}
    if mine == 0:
        if set(owners.values()) == {0}:
            yield warning(
                PERMISSIONS,
                "This runs as root, and the files are root's: give the site a user of its own, and it DATA_DIR.",
            )
        elif 0 in owners.values():
            path = next(path for path, owner in owners.items() if owner == 0)
            yield problem(PERMISSIONS, f"{path} belongs to root, and the site cannot change it: chown it.")
        else:
            yield note(PERMISSIONS, "This runs as root, who may do everything: run it as the site's user as well.")
        return
    for path, owner in owners.items():
        if owner != mine:
            yield warning(
                PERMISSIONS,
                f"{path} belongs to {_user(owner)} and this runs as {_user(mine)}: run this as the site's user, "
                "or give the file to it (chown -R).",
            )
            return


def _judge_readers() -> Iterator[Finding]:
    for path in settings.SECRET_FILES:
        if not path.is_relative_to(MOUNTED) and _others_can_read(path):
            yield warning(
                PERMISSIONS, f"Every user of this machine can read the secret {path}: chmod o-rwx its folder."
            )
    file = sqlite_file()
    kept = [Path(settings.MEDIA_ROOT), *([file] if file is not None and file.exists() else [])]
    open_to_all = [path for path in kept if _others_can_read(path)]
    if open_to_all:
        tell = note if settings.SITE_IS_LOOPBACK else warning
        yield tell(
            PERMISSIONS,
            f"Every user of this machine can read what people said ({open_to_all[0]}): chmod o-rwx "
            f"{settings.DATA_DIR}.",
        )


def _others_can_read(path: Path) -> bool:
    try:
        path = path.resolve()
        return bool(path.stat().st_mode & stat.S_IROTH) and all(
            folder.stat().st_mode & stat.S_IXOTH for folder in path.parents
        )
    except OSError:
        return False


def _user(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"
