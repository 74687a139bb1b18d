"""Read markers: the most frequent write of all, one statement for a batch of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, transaction

from chat import access, announce, snapshots
from chat.errors import Refused, not_found
from chat.models import Membership


@dataclass(frozen=True, slots=True)
class Marker:
    """`user` has read `room` up to `tick`."""

    user_id: int
    room_id: int
    tick: int


def mark_read_many(markers: Sequence[Marker]) -> list[dict[str, int] | Refused]:
    """Move read markers forward, never past the room's clock, and return each room's counts afterwards.

    Tick 0 only asks. No room is locked: a marker is personal and takes no tick.
    """
    moves: dict[tuple[int, int], int] = {}
    for marker in markers:
        key = (marker.room_id, marker.user_id)
        moves[key] = max(moves.get(key, 0), marker.tick)
    with transaction.atomic():
        moved = _advance({key: tick for key, tick in moves.items() if tick})
        if moved:
            announce.personal(sorted(moved))
    found = snapshots.unread_counts({(marker.user_id, marker.room_id) for marker in markers})
    return [found.get((marker.user_id, marker.room_id)) or not_found() for marker in markers]


def _advance(moves: dict[tuple[int, int], int]) -> set[tuple[int, int]]:
    """Returns the (user, room) pairs whose marker moved. LEAST and MIN differ by database, CASE does not."""
    if not moves:
        return set()
    values = ", ".join(["(%s, %s, %s)"] * len(moves))
    target = "CASE WHEN v.column3 < r.clock THEN v.column3 ELSE r.clock END"
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE chat_membership SET last_read = {target} FROM (VALUES {values}) AS v, chat_room AS r "
            "WHERE chat_membership.room_id = v.column1 AND chat_membership.user_id = v.column2 "
            f'AND NOT chat_membership."left" AND r.id = v.column1 AND {target} > chat_membership.last_read '
            "RETURNING chat_membership.user_id, chat_membership.room_id",
            [value for (room, user), tick in sorted(moves.items()) for value in (room, user, tick)],
        )
        return set(cursor.fetchall())


def mark_unread(*, user_id: int, room_id: int, tick: int) -> dict[str, int]:
    """Move the marker back, to before `tick`. Returns the room's counts afterwards."""
    with transaction.atomic():
        row = access.membership(user_id, room_id)
        last_read = max(0, min(tick - 1, row.last_read))
        if Membership.objects.filter(pk=row.pk, last_read__gt=last_read).update(last_read=last_read):
            announce.personal([(user_id, room_id)])
    return snapshots.unread_counts([(user_id, room_id)]).get((user_id, room_id)) or {"unread": 0, "mentions": 0}
