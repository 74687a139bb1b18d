"""Memberships with what is unread in them, for many at once and by hand-written SQL: every reader asks after every
message, and to build the three counts the ORM took ten times as long as the database to answer."""

from collections.abc import Collection, Iterable, Sequence
from itertools import chain

from . import protocol
from .models import Membership

# Each count ends at the cap, so that an old marker costs no more than that. It is told to go by the tick, which
# only an index has in order: from its statistics of all rooms together PostgreSQL expects to find enough soon
# anywhere, and read a million messages of other rooms for each quiet one.
COUNTED = """
SELECT m.*, (SELECT COUNT(*) FROM (
    SELECT 1 FROM chat_message x WHERE x.room_id = m.room_id AND x.tick > m.last_read
    AND x.kind = 'text' AND NOT x.deleted AND x.author_id <> m.user_id
    ORDER BY x.tick LIMIT {cap}) AS capped) AS unread,
(SELECT COUNT(*) FROM (
    SELECT 1 FROM chat_mention n JOIN chat_message x ON x.id = n.message_id
    WHERE n.user_id = m.user_id AND n.room_id = m.room_id AND n.tick > m.last_read
    AND NOT x.everyone AND x.author_id <> m.user_id
    ORDER BY n.tick LIMIT {cap}) AS capped) AS named,
(SELECT COUNT(*) FROM (
    SELECT 1 FROM chat_message x WHERE x.room_id = m.room_id AND x.tick > m.last_read
    AND x.everyone AND NOT x.deleted AND x.author_id <> m.user_id
    ORDER BY x.tick LIMIT {cap}) AS capped) AS called
FROM chat_membership m WHERE NOT m."left" AND {condition} ORDER BY m.room_id
"""


def of_people(user_ids: Collection[int]) -> list[Membership]:
    """All of their active memberships, to be asked for `counts`."""
    return _read("m.user_id IN ({})", ["%s"] * len(user_ids), user_ids)


def of_pairs(pairs: Collection[tuple[int, int]]) -> list[Membership]:
    """Those of these (user, room) pairs that are active memberships."""
    marks = ["(%s, %s)"] * len(pairs)
    return _read("(m.user_id, m.room_id) IN (VALUES {})", marks, list(chain.from_iterable(pairs)))


def _read(condition: str, marks: Sequence[str], values: Iterable[int]) -> list[Membership]:
    if not marks:
        return []
    sql = COUNTED.format(cap=protocol.UNREAD_CAP, condition=condition.format(", ".join(marks)))
    return list(Membership.objects.raw(sql, list(values)))


def counts(row: Membership) -> dict[str, int]:
    """`unread` and `mentions`, which name the person or everybody, of a membership from here."""
    return {
        "unread": getattr(row, "unread"),  # noqa: B009 (no fields of the model)
        "mentions": min(getattr(row, "named") + getattr(row, "called"), protocol.UNREAD_CAP),  # noqa: B009
    }
