"""Putting a backup in the place of what the site holds."""

import fcntl
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, NamedTuple

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from chat.actions import restoring, setup
from chat.models import Message, Room, User

from . import media
from .databases import disconnect, engine
from .errors import BackupFailed
from .stream import Manifest
from .unpacking import Unpacked, unpack


class Restored(NamedTuple):
    created: datetime
    people: int
    rooms: int
    messages: int
    files: int


def restore(stream: IO[bytes], *, replace: bool, sign_out: bool) -> Restored:
    """Check a whole backup, then put it in the place of what is there: old or new, and never a mixture.

    Files come first and go last: each has a name of its own for ever, so at every moment the database finds those
    it names. The database is replaced in one transaction, which gives it its new epoch. Whatever ends the work on
    the way, restoring once more completes it; until then files may lie about that nothing names.

    Args:
        replace: also where people have accounts already.
        sign_out: end the sessions that the backup holds.

    Raises:
        BackupFailed: see `unpack` and the engines; the backup is of another engine or a newer version; somebody
            uses the database; it has people in it. All is as it was.
        OSError: the disk takes no more.
    """
    if not replace:
        _require_nobody()
    disconnect()
    engine().require_alone()
    with _staging() as folder:
        unpacked = unpack(stream, folder, _require_fitting)
        _replace(unpacked, restoring.closing_statements(sign_out=sign_out))
    call_command("migrate", verbosity=0, interactive=False)
    media.remove([key for key in media.stored_keys() if key not in unpacked.keys])
    return Restored(
        created=unpacked.manifest.created,
        people=User.objects.count(),
        rooms=Room.objects.count(),
        messages=Message.objects.filter(deleted=False).count(),
        files=len(unpacked.keys),
    )


def _require_nobody() -> None:
    with connection.cursor() as cursor:
        is_new = User._meta.db_table not in connection.introspection.table_names(cursor)
    if not is_new and setup.is_set_up():
        raise BackupFailed("This site has people in it: back it up, then say --replace.")


def _require_fitting(manifest: Manifest) -> None:
    if manifest.engine != connection.vendor:
        raise BackupFailed(
            f"This backup is of {manifest.engine}, and DATABASE_URL names a database of {connection.vendor}."
        )
    known = MigrationLoader(None).disk_migrations
    # Several that were squashed into one are still known to it.
    names = {*known, *(replaced for migration in known.values() for replaced in migration.replaces)}
    if not names.issuperset(manifest.migrations):
        raise BackupFailed(
            f"This backup is from chatsite {manifest.version}: update this one ({settings.VERSION}) first."
        )


def _replace(unpacked: Unpacked, statements: Sequence[str]) -> None:
    new = media.put_in_place(unpacked.files, unpacked.keys)
    try:
        engine().replace(unpacked.database, statements)
    except BackupFailed:
        media.remove(new)
        raise


@contextmanager
def _staging() -> Iterator[Path]:
    """A folder beside the files, which may be on a disk of their own: so each gets into place by a rename."""
    root = Path(settings.MEDIA_ROOT)
    folder = root / ".restoring"
    with _locked(root):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _locked(root: Path) -> Iterator[None]:
    """Two restores at once would take each other's files away; the lock of one that dies is free."""
    descriptor = os.open(root, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupFailed("Another restore is running: wait for its end.") from None
        yield
    finally:
        os.close(descriptor)
