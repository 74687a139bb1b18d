"""Taking a backup of the running site."""

from datetime import UTC, datetime
from typing import IO

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from . import media
from .databases import disconnect, engine
from .errors import BackupFailed
from .packing import pack
from .partial import partial
from .stream import FORMAT, Manifest


def take(out: IO[bytes]) -> Manifest:
    """Write a whole backup to `out`.

    First the database, at one moment, then the files. A file is stored before the row that names it and never
    changes, so what the database names is among the files, unless it was removed in between.

    Raises:
        BackupFailed: see the engines; or the database is empty.
        OSError: `out` or `DATA_DIR`, where the dump waits for its turn, takes no more.
    """
    try:
        created = datetime.now(UTC)
        _require_tables()
        with partial(settings.DATA_DIR) as dump:
            engine().dump(dump)
            manifest = _manifest(created)
            with dump.open("rb") as database:
                # Whoever reads may take hours. A name is not needed any more, and without one no kill leaves it.
                dump.unlink()
                pack(out, manifest, database, media.every_file())
        return manifest
    finally:
        disconnect()


def _require_tables() -> None:
    if not MigrationRecorder(connection).applied_migrations():
        raise BackupFailed("The database is empty: there is nothing to back up.")


def _manifest(created: datetime) -> Manifest:
    """Of a dump that is made: a migration that came in between is named here, and applied where it is restored."""
    return Manifest(
        format=FORMAT,
        version=settings.VERSION,
        engine=connection.vendor,
        created=created,
        migrations=sorted(MigrationRecorder(connection).applied_migrations()),
    )
