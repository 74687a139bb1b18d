"""Rooms as one person sees them: role, read marker, unread counts, mute. For many people at once."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from msgspec import UNSET

from . import encoding, protocol, unread
from .models import Block, Membership, Room, Sanction


def unread_counts(pairs: Collection[tuple[int, int]]) -> dict[tuple[int, int], dict[str, int]]:
    """The counts of each (user, room) that is an active membership. One query."""
    return {(row.user_id, row.room_id): unread.counts(row) for row in unread.of_pairs(pairs)}


def rooms_of(user_ids: Iterable[int]) -> dict[int, list[protocol.Room]]:
    """Every room of each of these people. Five queries for any number of people and rooms."""
    ids = set(user_ids)
    given: dict[int, list[protocol.Room]] = {user_id: [] for user_id in ids}
    for row, room in _rooms(unread.of_people(ids)):
        given[row.user_id].append(room)
    return given


def rooms_by_pair(pairs: Collection[tuple[int, int]]) -> dict[tuple[int, int], protocol.Room]:
    """The room as the person sees it, for each (user, room) that is an active membership."""
    return {(row.user_id, row.room_id): room for row, room in _rooms(unread.of_pairs(pairs))}


def room_of(user_id: int, room_id: int) -> protocol.Room | None:
    return rooms_by_pair([(user_id, room_id)]).get((user_id, room_id))


def public_rooms(user_id: int) -> list[protocol.Room]:
    """Public rooms that the person is not in and could join."""
    joined = Membership.objects.filter(user_id=user_id, left=False).values("room_id")
    banned = Sanction.objects.active().filter(kind=Sanction.Kind.BAN, user_id=user_id, room__isnull=False)
    open_to_all = Room.objects.filter(kind=Room.Kind.PUBLIC, archived=False)
    rows = list(open_to_all.exclude(pk__in=joined).exclude(pk__in=banned.values("room_id")).order_by("name"))
    members = encoding.member_counts(row.pk for row in rows)
    return [stranger(row, members.get(row.pk, 0)) for row in rows]


def stranger(row: Room, members: int) -> protocol.Room:
    """A room as someone sees it who is not in it."""
    return protocol.Room(
        **_shared(encoding.room_state(row, members)),
        role=None,
        notify=Membership.Notify.ALL,
        last_read=row.clock,
        unread=0,
        mentions=0,
        muted_until=None,
    )


def _rooms(rows: list[Membership]) -> Iterable[tuple[Membership, protocol.Room]]:
    rooms = Room.objects.in_bulk({row.room_id for row in rows})
    members = encoding.member_counts(rooms)
    people = _people_of_direct(rooms.values())
    mutes = _mutes({row.user_id for row in rows})
    for row in rows:
        room = rooms[row.room_id]
        counts = unread.counts(row)
        until = max(
            (mute for key in (None, room.pk) if (mute := mutes.get((row.user_id, key)))),
            default=None,
        )
        yield (
            row,
            protocol.Room(
                **_shared(encoding.room_state(room, members.get(room.pk, 0))),
                role=row.role,
                notify=row.notify,
                last_read=row.last_read,
                muted_until=encoding.stamp(until) if until else None,
                people=people[room.pk] if room.kind == Room.Kind.DIRECT else UNSET,
                unread=counts["unread"],
                mentions=counts["mentions"],
            ),
        )


def _shared(state: protocol.RoomState) -> dict[str, Any]:
    return {field: getattr(state, field) for field in state.__struct_fields__}


def _people_of_direct(rooms: Iterable[Room]) -> dict[int, list[protocol.User]]:
    direct = {room.pk for room in rooms if room.kind == Room.Kind.DIRECT}
    people: dict[int, list[protocol.User]] = defaultdict(list)
    if direct:
        # Nobody leaves a direct room but by deleting their account, and then it still says whom one wrote to.
        rows = Membership.objects.filter(room_id__in=direct).select_related("user").order_by("pk")
        for row in rows:
            people[row.room_id].append(encoding.user(row.user))
    return people


def blocked_by(user_ids: Iterable[int]) -> dict[int, list[int]]:
    """Whom each of these people blocks, in the order in which they did. One query."""
    blocked: dict[int, list[int]] = {user_id: [] for user_id in user_ids}
    rows = Block.objects.filter(by__in=blocked).order_by("pk")
    for by, person in rows.values_list("by_id", "person_id"):
        blocked[by].append(person)
    return blocked


# A mute without an end is told as one that ends in the far future: the wire knows only a time.
FOREVER = datetime.fromisoformat("9999-12-31T00:00:00+00:00")


def _mutes(user_ids: set[int]) -> dict[tuple[int, int | None], datetime]:
    rows = Sanction.objects.active().filter(kind=Sanction.Kind.MUTE, user_id__in=user_ids)
    ends: dict[tuple[int, int | None], datetime] = {}
    for user_id, room_id, until in rows.values_list("user_id", "room_id", "until"):
        key = (user_id, room_id)
        ends[key] = max(ends.get(key, until or FOREVER), until or FOREVER)
    return ends
