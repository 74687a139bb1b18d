"""Every read of a room's state: what changed since a tick, and pages of history.

State, not history: a change says how a row is now. Applying it twice, or late, does no harm.
"""

from collections.abc import Iterable

import msgspec
from django.db.models import Q

from . import encoding, protocol, replica
from .errors import Refused, not_found
from .models import Membership, Message, Room, User

CHUNK_ROWS = 200
# Further behind than this a reader is told to load history afresh: a page is cheaper than the way there.
RESET_AFTER = 20_000


class Chunk(msgspec.Struct, frozen=True, kw_only=True):
    """One `delta` of a room, encoded, and what the hub needs to know of it."""

    room: int
    object: bytes  # the JSON object
    since: int
    until: int  # the cursor of who has applied it
    clock: int
    more: bool
    reset: bool
    members: tuple[tuple[int, int, bool], ...]  # (tick, user, left)
    changes: tuple[bytes, ...]


def changes_since(room_id: int, since: int, *, limit: int = CHUNK_ROWS) -> Chunk:
    """The present state of every row of a room that changed after tick `since`, in order, as one chunk.

    The clock is read first and bounds the rest: a row that changes between the two reads is then beyond the
    clock and comes, in its newer state, with what follows. So no transaction is needed. At most `limit` rows
    besides the room's own, and 64 KiB (or one change), a chunk. Raises `Refused("not_found")` if the room is gone.
    """
    room = Room.objects.filter(pk=room_id).first()
    if room is None:
        raise not_found()
    clock = room.clock
    if since > clock or clock - since > RESET_AFTER:
        return _skip(room_id, since, clock, _came_and_went(room_id, since))
    if since == clock:
        return _chunk(room_id, since, clock, [], more=False, reset=False)
    window = Q(room_id=room_id, changed__gt=since, changed__lte=clock)
    rows = Message.objects.filter(window).select_related("author", "reply_to__author").order_by("changed")
    messages = list(rows[: limit + 1])
    members = list(Membership.objects.filter(window).select_related("user").order_by("changed")[: limit + 1])
    ticks = sorted([m.changed for m in messages] + [m.changed for m in members])
    more = len(ticks) > limit
    last = ticks[limit - 1] if more else clock
    kept = [m for m in messages if m.changed <= last]
    changes = [
        protocol.Change(tick=row.changed, message=encoded)
        for row, encoded in zip(kept, encoding.messages(kept), strict=True)
    ]
    changes += [protocol.Change(tick=m.changed, member=encoding.member(m)) for m in members if m.changed <= last]
    if since < room.changed <= last:
        count = encoding.member_counts([room_id]).get(room_id, 0)
        changes.append(protocol.Change(tick=room.changed, room=encoding.room_state(room, count)))
    changes.sort(key=lambda change: change.tick)
    return _chunk(room_id, since, clock, changes, more=more, reset=False)


def reset(room_id: int, since: int) -> Chunk:
    """The answer to a cursor that means nothing here: load history afresh."""
    clock = clocks([room_id]).get(room_id)
    if clock is None:
        raise not_found()
    return _skip(room_id, since, clock, _came_and_went(room_id, 0))


def _came_and_went(room_id: int, since: int) -> tuple[tuple[int, int, bool], ...]:
    """What even those must learn who skip all else: who may no longer read."""
    rows = Membership.objects.filter(room_id=room_id, changed__gt=since).order_by("changed")
    return tuple(rows.values_list("changed", "user_id", "left"))


def _skip(room_id: int, since: int, clock: int, members: tuple[tuple[int, int, bool], ...]) -> Chunk:
    chunk = _chunk(room_id, since, clock, [], more=False, reset=True)
    return msgspec.structs.replace(chunk, members=members)


def _chunk(
    room_id: int, since: int, clock: int, changes: list[protocol.Change], *, more: bool, reset: bool
) -> Chunk:
    encoded: list[bytes] = []
    size = 0
    for change in changes:
        piece = protocol.encode(change)
        if encoded and size + len(piece) > protocol.MAX_OBJECT - 256:
            more = True
            break
        encoded.append(piece)
        size += len(piece) + 1
    kept = changes[: len(encoded)]
    delta = protocol.Delta(
        room=room_id,
        since=since,
        clock=clock,
        more=more,
        reset=reset,
        changes=[msgspec.Raw(piece) for piece in encoded],
    )
    return Chunk(
        room=room_id,
        object=protocol.encode(delta),
        since=since,
        until=kept[-1].tick if more else clock,
        clock=clock,
        more=more,
        reset=reset,
        members=tuple(
            (change.tick, change.member.user.id, change.member.left)
            for change in kept
            if isinstance(change.member, protocol.Member)
        ),
        changes=tuple(encoded),
    )


def clocks(room_ids: Iterable[int]) -> dict[int, int]:
    return dict(Room.objects.filter(pk__in=list(room_ids)).values_list("pk", "clock"))


PAGE_BYTES = 256 * 1024


def history(
    room_id: int,
    *,
    before: int | None = None,
    after: int | None = None,
    around: int | None = None,
    limit: int = 50,
) -> protocol.History:
    """A page of messages, oldest first: `before` and `after` exclusive, `around` included, default the newest.

    All are ticks. The clock is read first, as in `changes_since`. A page is cut at 256 KiB, away from the edge
    it was asked from.
    """
    if sum(edge is not None for edge in (before, after, around)) > 1:
        raise Refused("invalid", "At most one of before, after and around.")
    clock = clocks([room_id]).get(room_id)
    if clock is None:
        raise not_found()

    def read() -> protocol.History:
        return _page(room_id, clock, before, after, around, limit)

    page = replica.read(read, complete=lambda: clocks([room_id]).get(room_id, 0) >= clock)
    return read() if page is None else _with_present_names(page)


def _with_present_names(page: protocol.History) -> protocol.History:
    """A new name or picture takes no tick, so the replica may have come so far and know the old one."""
    quotes = [message.reply_to for message in page.messages if message.reply_to]
    written: list[protocol.Message | protocol.Quote] = [*page.messages, *quotes]
    authors = User.objects.in_bulk({each.author.id for each in written})
    for each in written:
        each.author = encoding.user(authors[each.author.id])
    return page


def _page(
    room_id: int, clock: int, before: int | None, after: int | None, around: int | None, limit: int
) -> protocol.History:
    rows = Message.objects.filter(room_id=room_id, tick__lte=clock).select_related("author", "reply_to__author")
    older: list[Message] = []
    newer: list[Message] = []
    more_before = more_after = False
    if after is None:
        edge = around if around is not None else before
        older = list((rows if edge is None else rows.filter(tick__lt=edge)).order_by("-tick")[: limit + 1])
        if around is not None:
            older, more_before = older[: limit // 2], len(older) > limit // 2
        else:
            older, more_before = older[:limit], len(older) > limit
            more_after = before is not None and rows.filter(tick__gte=before).exists()
    if after is not None or around is not None:
        lower = after + 1 if after is not None else around
        room_left = limit - len(older)
        newer = list(rows.filter(tick__gte=lower).order_by("tick")[: room_left + 1])
        newer, more_after = newer[:room_left], len(newer) > room_left
        if after is not None:
            more_before = rows.filter(tick__lte=after).exists()
    before_part, cut_before = _fitting(encoding.messages(older), PAGE_BYTES)
    after_part, cut_after = _fitting(encoding.messages(newer), PAGE_BYTES)
    return protocol.History(
        messages=[*reversed(before_part), *after_part],
        more_before=more_before or cut_before,
        more_after=more_after or cut_after,
        clock=clock,
    )


def _fitting(messages: list[protocol.Message], budget: int) -> tuple[list[protocol.Message], bool]:
    """As many from the start as fit into `budget` bytes, at least one; whether any was left out."""
    for index, message in enumerate(messages):
        budget -= len(protocol.encode(message))
        if budget < 0 and index:
            return messages[:index], True
    return messages, False
