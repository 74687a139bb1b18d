"""Put a backup in the place of what the site holds."""

import signal
import sys
from argparse import ArgumentParser
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError
from django.db import Error as DatabaseFailure

from chat.backups.errors import BackupFailed
from chat.backups.restoring import Restored, restore


class Command(BaseCommand):
    help = (
        "Put a backup in the place of what the site holds. Stop the servers first. The whole backup is checked "
        "before anything changes, and one of an older version is brought up to date. Open pages load everything "
        "afresh by themselves, and everybody whose session is in the backup stays signed in. So a session that "
        "was ended since, by signing out or by a new password, is alive again, and the old password valid: where "
        "that matters, say --sign-out-everybody."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", help="what manage.py backup wrote; else standard input")
        parser.add_argument("--replace", action="store_true", help="also on a site that has people in it")
        parser.add_argument("--sign-out-everybody", action="store_true", help="end the sessions of the backup")

    def handle(
        self, *args: Any, file: Path | None, replace: bool, sign_out_everybody: bool, **options: Any
    ) -> None:
        if file is None and sys.stdin.isatty():
            raise CommandError("Say which file: manage.py restore FILE.")
        # Python's own way would leave the half of a backup on the disk.
        signal.signal(signal.SIGTERM, _stop)
        try:
            if file is None:
                restored = restore(sys.stdin.buffer, replace=replace, sign_out=sign_out_everybody)
            else:
                with file.open("rb") as stream:
                    restored = restore(stream, replace=replace, sign_out=sign_out_everybody)
        except BackupFailed as error:
            raise CommandError(str(error)) from None
        except OSError as error:
            raise CommandError(f"{error.filename or 'The backup'}: {error.strerror or error}.") from None
        except DatabaseFailure as error:
            raise CommandError(f"The database refused: {str(error).strip().splitlines()[0]}.") from None
        self.stdout.write(_tell(restored))
        if sign_out_everybody:
            self.stdout.write("Everybody has to sign in again.")


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)


def _tell(restored: Restored) -> str:
    return (
        f"Restored the site as it was on {restored.created:%d %B %Y at %H:%M} UTC: "
        f"{restored.people} people, {restored.rooms} rooms, {restored.messages} messages, {restored.files} files. "
        "Start the servers."
    )
