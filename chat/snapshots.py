"""Rooms as one person sees them: role, read marker, unread counts, mute. For many people at once."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import IntegerField, OuterRef, Q, QuerySet, Subquery
from msgspec import UNSET

from . import encoding, protocol
from .models import Membership, Mention, Message, Room, Sanction


class _Capped(Subquery):
    """How many rows a subquery has; its own LIMIT bounds the work, however old the read marker."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS capped)"
    output_field = IntegerField()


def with_unread(memberships: QuerySet[Membership]) -> QuerySet[Membership]:
    """Adds `unread`, `named` and `called`: unread messages, those that name the person, those to everyone."""
    mine = {"room": OuterRef("room_id"), "tick__gt": OuterRef("last_read")}
    me = OuterRef("user_id")
    unread = Message.objects.filter(**mine, kind=Message.Kind.TEXT, deleted=False).exclude(author=me)
    named = Mention.objects.filter(**mine, user=me, message__everyone=False).exclude(message__author=me)
    called = Message.objects.filter(**mine, everyone=True, deleted=False).exclude(author=me)
    return memberships.annotate(
        **{
            # In order, which only the index has: from its statistics of all rooms together PostgreSQL expects to
            # find enough soon anywhere, and read a million messages of other rooms for each quiet one.
            name: _Capped(rows.order_by("tick").values("pk")[: protocol.UNREAD_CAP])
            for name, rows in (("unread", unread), ("named", named), ("called", called))
        }
    )


def counts(row: Membership) -> dict[str, int]:
    """`unread` and `mentions` of a membership that `with_unread` has counted."""
    return {
        "unread": getattr(row, "unread"),  # noqa: B009 (annotations)
        "mentions": min(getattr(row, "named") + getattr(row, "called"), protocol.UNREAD_CAP),  # noqa: B009
    }


def unread_counts(pairs: Iterable[tuple[int, int]]) -> dict[tuple[int, int], dict[str, int]]:
    """The counts of each (user, room) that is an active membership. One query."""
    rows = with_unread(Membership.objects.filter(_any_of(pairs), left=False))
    return {(row.user_id, row.room_id): counts(row) for row in rows}


def rooms_of(user_ids: Iterable[int]) -> dict[int, list[protocol.Room]]:
    """Every room of each of these people. Five queries for any number of people and rooms."""
    ids = set(user_ids)
    given: dict[int, list[protocol.Room]] = {user_id: [] for user_id in ids}
    for row, room in _rooms(Membership.objects.filter(user_id__in=ids, left=False)):
        given[row.user_id].append(room)
    return given


def rooms_by_pair(pairs: Iterable[tuple[int, int]]) -> dict[tuple[int, int], protocol.Room]:
    """The room as the person sees it, for each (user, room) that is an active membership."""
    rows = Membership.objects.filter(_any_of(pairs), left=False)
    return {(row.user_id, row.room_id): room for row, room in _rooms(rows)}


def room_of(user_id: int, room_id: int) -> protocol.Room | None:
    return rooms_by_pair([(user_id, room_id)]).get((user_id, room_id))


def public_rooms(user_id: int) -> list[protocol.Room]:
    """Public rooms that the person is not in and could join."""
    joined = Membership.objects.filter(user_id=user_id, left=False).values("room_id")
    rows = list(Room.objects.filter(kind=Room.Kind.PUBLIC, archived=False).exclude(pk__in=joined).order_by("name"))
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


def _rooms(memberships: QuerySet[Membership]) -> Iterable[tuple[Membership, protocol.Room]]:
    rows = list(with_unread(memberships).select_related("room").order_by("room_id"))
    room_ids = {row.room_id for row in rows}
    members = encoding.member_counts(room_ids)
    people = _people_of_direct(row.room for row in rows)
    mutes = _mutes({row.user_id for row in rows})
    for row in rows:
        room = row.room
        until = max(
            (mute for key in (None, room.pk) if (mute := mutes.get((row.user_id, key)))),
            default=None,
        )
        unread = counts(row)
        yield (
            row,
            protocol.Room(
                **_shared(encoding.room_state(room, members.get(room.pk, 0))),
                role=row.role,
                notify=row.notify,
                last_read=row.last_read,
                muted_until=encoding.stamp(until) if until else None,
                people=people[room.pk] if room.kind == Room.Kind.DIRECT else UNSET,
                unread=unread["unread"],
                mentions=unread["mentions"],
            ),
        )


def _shared(state: protocol.RoomState) -> dict[str, Any]:
    return {field: getattr(state, field) for field in state.__struct_fields__}


def _people_of_direct(rooms: Iterable[Room]) -> dict[int, list[protocol.User]]:
    direct = {room.pk for room in rooms if room.kind == Room.Kind.DIRECT}
    people: dict[int, list[protocol.User]] = defaultdict(list)
    if direct:
        rows = Membership.objects.filter(room_id__in=direct, left=False).select_related("user").order_by("pk")
        for row in rows:
            people[row.room_id].append(encoding.user(row.user))
    return people


# A mute without an end is told as one that ends in the far future: the wire knows only a time.
FOREVER = datetime.fromisoformat("9999-12-31T00:00:00+00:00")


def _mutes(user_ids: set[int]) -> dict[tuple[int, int | None], datetime]:
    rows = Sanction.objects.active().filter(kind=Sanction.Kind.MUTE, user_id__in=user_ids)
    ends: dict[tuple[int, int | None], datetime] = {}
    for user_id, room_id, until in rows.values_list("user_id", "room_id", "until"):
        key = (user_id, room_id)
        ends[key] = max(ends.get(key, until or FOREVER), until or FOREVER)
    return ends


def _any_of(pairs: Iterable[tuple[int, int]]) -> Q:
    """A condition for exactly these (user, room) pairs, grouped by user."""
    by_user: dict[int, set[int]] = defaultdict(set)
    for user_id, room_id in pairs:
        by_user[user_id].add(room_id)
    condition = Q(pk__in=[])
    for user_id, room_ids in by_user.items():
        condition |= Q(user_id=user_id, room_id__in=room_ids)
    return condition
