"""After commit: tell every process what changed, encoded once.

The database is the truth and nobody waits for an announcement: one that is lost, doubled or late is healed by
the ticks (`live.hub`). A server process attaches its hub as the sink, which also passes announcements on to the
other processes. Where no hub runs (a management command), they go to the channel layer directly.
"""

import asyncio
import logging
import uuid
import zlib
from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar

import msgspec
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.conf import settings
from django.db import transaction

from . import encoding, protocol
from .models import User

logger = logging.getLogger(__name__)

PROCESS = uuid.uuid4().hex
PIECE_BYTES = 32 * 1024
PUBLISH_TIMEOUT = 2.0  # seconds
EVERYONE = "people"  # the group that every process is in


class Changes(msgspec.Struct, tag="changes", array_like=True):
    """Ticks `first` to `last` of a room: the encoded changes, comma-joined, and who came and went when."""

    room: int
    first: int
    last: int
    body: bytes
    members: list[tuple[int, int, bool]] = []  # (tick, user, left)

    @property
    def group(self) -> str:
        return room_group(self.room)


class Sessions(msgspec.Struct, tag="sessions", array_like=True):
    """The connections of these people are to be checked against the database at once."""

    users: list[int]
    group: ClassVar[str] = EVERYONE


class Person(msgspec.Struct, tag="person", array_like=True):
    """Someone changed name or avatar."""

    user: protocol.User
    group: ClassVar[str] = EVERYONE


class Personal(msgspec.Struct, tag="personal", array_like=True):
    """What a person sees of a room changed: given, lost, role, notify level, read marker, mute.

    With `cases`, how many reports wait for moderators, or who moderates: each process counts for those it holds.
    """

    pairs: list[tuple[int, int]]  # (user, room)
    events: list[tuple[int, bytes]] = []  # (user, an event for their connections, encoded)
    cases: bool = False
    group: ClassVar[str] = EVERYONE


class Blocks(msgspec.Struct, tag="blocks", array_like=True):
    """These people changed whom they block."""

    users: list[int]
    group: ClassVar[str] = EVERYONE


class Typing(msgspec.Struct, tag="typing", array_like=True):
    room: int
    user: int

    @property
    def group(self) -> str:
        return room_group(self.room)


class Present(msgspec.Struct, tag="present", array_like=True):
    """Whom a process holds: all of them (`complete`), or those whose state or count of sockets changed."""

    process: str
    complete: bool
    states: dict[int, tuple[str, list[int]]]  # user → state, rooms
    sockets: dict[int, int] = {}  # user → open sockets
    group: ClassVar[str] = EVERYONE


class Rules(msgspec.Struct, tag="rules", array_like=True):
    """The word rules or the site's limits changed: what a process knows of them holds no longer."""

    group: ClassVar[str] = EVERYONE


class Echo(msgspec.Struct, tag="echo", array_like=True):
    """What a process sends to itself, to hear whether it still hears."""

    group: str


Announcement = Changes | Sessions | Person | Personal | Blocks | Typing | Present | Rules | Echo
encode = msgspec.msgpack.Encoder().encode
decode = msgspec.msgpack.Decoder(Announcement).decode

_sink: Callable[[Announcement], None] | None = None


def attach(sink: Callable[[Announcement], None] | None) -> None:
    """Make `sink`, which must be callable from any thread, the way out of this process; None detaches."""
    global _sink
    _sink = sink


def room_group(room_id: int) -> str:
    return f"room.{room_id}"


def layer_of(group: str) -> str:
    """The alias of the channel layer, and so the Redis, where a group lives: the same one in every process."""
    aliases = list(settings.CHANNEL_LAYERS)
    return aliases[zlib.crc32(group.encode()) % len(aliases)]


def changes(
    room_id: int, changed: Sequence[protocol.Change], members: Iterable[tuple[int, int, bool]] = ()
) -> None:
    """Announce, once the transaction commits, changes of a room whose ticks follow each other."""
    members = list(members)
    piece: list[bytes] = []
    size = 0
    first = changed[0].tick

    def announce_piece(last: int) -> None:
        inside = [entry for entry in members if first <= entry[0] <= last]
        on_commit(Changes(room_id, first, last, b",".join(piece), inside))

    for change in changed:
        encoded = protocol.encode(change)
        if piece and size + len(encoded) > PIECE_BYTES:
            announce_piece(change.tick - 1)
            piece, size, first = [], 0, change.tick
        piece.append(encoded)
        size += len(encoded) + 1
    announce_piece(changed[-1].tick)


def sessions_changed(user_ids: Iterable[int]) -> None:
    on_commit(Sessions(list(user_ids)))


def person_changed(user_id: int) -> None:
    on_commit(Person(encoding.user(User.objects.get(pk=user_id))))


def personal(pairs: Iterable[tuple[int, int]]) -> None:
    on_commit(Personal(list(pairs)))


def tell(user_id: int, event: protocol.Event) -> None:
    """Announce an event to one person's connections. One that is lost is not repeated: the client reads what
    it is about when it comes back."""
    tell_all([user_id], event)


def tell_all(user_ids: Iterable[int], event: protocol.Event) -> None:
    """The same to several people, if there are any."""
    encoded = protocol.encode(event)
    if events := [(user_id, encoded) for user_id in user_ids]:
        on_commit(Personal([], events))


def cases_changed() -> None:
    """Names nobody: who is to be told, and what, is the same question to the database in every process."""
    on_commit(Personal([], cases=True))


def blocks_changed(user_ids: Iterable[int]) -> None:
    on_commit(Blocks(list(user_ids)))


def rules_changed() -> None:
    on_commit(Rules())


def on_commit(announcement: Announcement) -> None:
    transaction.on_commit(lambda: _deliver(announcement))


def _deliver(announcement: Announcement) -> None:
    if _sink is not None:
        _sink(announcement)
    elif settings.REDIS_URL:
        try:
            layer = get_channel_layer(layer_of(announcement.group))
            async_to_sync(send)(layer, announcement)
        except Exception:
            # The others find the change by its tick within seconds.
            logger.warning("An announcement could not be published.", exc_info=True)


async def send(layer: Any, announcement: Announcement) -> None:
    """To the other processes by this channel layer; raises what the layer raises, or `TimeoutError`."""
    message = {"type": "announcement", "process": PROCESS, "data": encode(announcement)}
    async with asyncio.timeout(PUBLISH_TIMEOUT):
        await layer.group_send(announcement.group, message)
