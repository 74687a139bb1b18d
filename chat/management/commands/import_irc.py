"""Turn an IRC log into a room. Running it again adds what the log has gained."""

from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from tqdm import tqdm

from chat.actions import reading, rooms
from chat.actions.reading import Marker
from chat.errors import Refused
from chat.importing import irc
from chat.importing.conversation import Conversation, source_key
from chat.models import Room, User


class Command(BaseCommand):
    help = "Turn an IRC log into a room, or add what the log has gained since the last time."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="lines like `[03:41] <nick> text`, in UTC")
        parser.add_argument("--room", required=True, help="name of a public room; made if there is none")
        parser.add_argument("--links", type=Path, help="lines like `1002 1003 -`: 1003 answers 1002, from 0")
        parser.add_argument(
            "--date", type=date.fromisoformat, help="day of the first line, unless the file's name begins with it"
        )

    def handle(
        self, *args: Any, file: Path, room: str, links: Path | None, date: date | None, **options: Any
    ) -> None:
        day = date or _day_in_name(file.name)
        try:
            answers = _read_links(links) if links else {}
            with file.open("rb") as log:
                self._import(log, room, day, answers)
        except OSError as error:
            raise CommandError(f"{error.filename} cannot be read: {error.strerror}.") from None
        except Refused as refusal:
            raise CommandError(refusal.message) from None
        except DatabaseError as error:
            raise CommandError(f"The database refused: {str(error).strip().splitlines()[0]}.") from error

    def _import(self, log: BinaryIO, name: str, day: date, answers: dict[int, int]) -> None:
        room, new = _find_or_create_room(name)
        first = log.readline(irc.LONGEST_LINE)
        log.seek(0)
        conversation = Conversation(room, source_key(room, Path(log.name).name, first), answers)
        size = Path(log.name).stat().st_size
        with tqdm(total=size, unit="B", unit_scale=True, disable=None) as bar:

            def lines() -> Iterator[bytes]:
                for line in irc.bounded_lines(log):
                    bar.update(log.tell() - bar.n)
                    yield line

            conversation.post(irc.read_log(lines(), day))
        if new:
            _mark_read_by_owner(room)
        tally = conversation.tally
        self.stdout.write(f"{room.name}: {tally.new} lines imported, {tally.known} were there already.")
        if tally.refused:
            raise CommandError(f"Lines left out: {tally.refused}. The first is {tally.first_refusal}")


def _day_in_name(name: str) -> date:
    try:
        return date.fromisoformat(name[:10])
    except ValueError:
        raise CommandError("Say on which day the log begins: --date YYYY-MM-DD.") from None


def _read_links(path: Path) -> dict[int, int]:
    with path.open("rb") as file:
        try:
            return irc.read_links(irc.bounded_lines(file))
        except ValueError as error:
            raise CommandError(f"{path} is not a file of links. {error}") from None


def _find_or_create_room(name: str) -> tuple[Room, bool]:
    owner = User.objects.filter(is_superuser=True, is_active=True).order_by("pk").first()
    if owner is None:
        raise CommandError("Open the site and set it up first: the room needs an owner.")
    name = " ".join(name.split())
    named = Room.objects.filter(name=name)
    room = named.filter(kind=Room.Kind.PUBLIC).order_by("pk").first()
    if room is None:
        if named.exists():
            raise CommandError(f"The room {name} is not public. Choose another name.")
        return rooms.create_room(by=owner, kind=Room.Kind.PUBLIC, name=name)
    if room.archived or room.locked or room.slow_mode:
        raise CommandError(f"The room {name} is archived, locked or in slow mode, so nobody could say all this.")
    return room, False


def _mark_read_by_owner(room: Room) -> None:
    """What was said long ago is not news to whoever brought it in."""
    room.refresh_from_db(fields=["clock"])
    owners = room.memberships.filter(role="owner").values_list("user", flat=True)
    reading.mark_read_many([Marker(user, room.pk, room.clock) for user in owners])
