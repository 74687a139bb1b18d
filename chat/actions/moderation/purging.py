"""All that one person has said since some time, taken away at once.

That may be thousands of messages in hundreds of rooms, and nobody there shall wait for it: a purge goes on by many
short transactions of its own, each in one room, and other posts find their place between them.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from chat import ranks
from chat.errors import Refused, not_found
from chat.models import Membership, Message, ModerationAction, Removal, Room, User

from .record import Action, Actor, checked_reason, record
from .tombstones import bring_back, take_away

BATCH = 200  # messages in one transaction


@dataclass(frozen=True, slots=True)
class Purge:
    by: Actor
    person_id: int
    since: datetime
    reason: str
    everywhere: bool
    at: datetime  # of all its removals, by which they are known again

    def messages(self) -> QuerySet[Message]:
        return Message.objects.filter(author=self.person_id, sent_at__gte=self.since, deleted=False)


def purge(*, by: Actor, person_id: int, since: datetime, reason: str, room_id: int | None = None) -> int:
    """Take away what a person has posted since a time: in a room, or in all rooms of the site but direct ones.

    What they post while this runs is taken as well, until it comes to its end in that room. All can be restored,
    one by one or by `restore_purged`. It is on the record once for each room where there was something. Returns
    how many messages there were. Not to be called inside a transaction.

    Raises `Refused`: `invalid` for the reason or the time; `not_found` for a room or person the actor may not know
    of; `forbidden` to those who moderate neither the room nor, if none is named, the site, and where the person is
    of an equal or higher rank.
    """
    reason = checked_reason(reason)
    try:
        since = since.astimezone(UTC)
    except OverflowError:
        raise Refused("invalid", "There is no such time.") from None
    room = Room.objects.filter(pk=room_id).first() if room_id is not None else None
    if room_id is not None and room is None:
        raise not_found()
    _require_may_purge(by, person_id, room)
    work = Purge(by, person_id, since, reason, room is None, timezone.now())
    return sum(_purge_room(work, place, ids) for place, ids in _found(work, room).items())


def restore_purged(*, by: Actor, action_id: int, reason: str = "") -> int:
    """Bring back what a purge took away in one room; `action_id` is that of its record. Returns how many messages.

    What was restored since is left alone. Raises `Refused`: `not_found` for what is no purge, and as `purge` does.
    """
    reason = checked_reason(reason, needed=False)
    act = ModerationAction.objects.filter(pk=action_id, action=Action.PURGE_MESSAGES).first()
    if act is None or act.person_id is None or act.room_id is None:
        raise not_found("purge")
    # Here too: where nothing is left to bring back, no batch asks.
    place = Room.objects.get(pk=act.room_id)
    _require_may_purge(by, act.person_id, None if act.after["everywhere"] else place)
    taken = Removal.objects.filter(
        message__room=act.room_id, message__author=act.person_id, by=act.actor_id, at=act.after["at"]
    )
    count = 0
    for ids in _batches(list(taken.order_by("message__tick").values_list("pk", flat=True))):
        with transaction.atomic(durable=True):
            room = Room.objects.lock([act.room_id])[act.room_id]
            person = _require_may_purge(by, act.person_id, None if act.after["everywhere"] else room)
            rows = Removal.objects.filter(pk__in=ids).select_related(
                "message__author", "message__reply_to__author"
            )
            removals = list(rows.order_by("message__tick"))
            if removals:
                bring_back(removals)
                record(
                    by=by,
                    action=Action.RESTORE_MESSAGE,
                    person=person,
                    room=room,
                    reason=reason,
                    after={"messages": len(removals), "purge": act.pk},
                )
        count += len(removals)
    return count


def _require_may_purge(by: Actor, person_id: int, room: Room | None) -> User:
    # Both as they are now: an account remembers what it was allowed when it was read, and a purge takes its time.
    people = User.objects.in_bulk([person_id] if by.user is None else [person_id, by.user.pk])
    actor = people[by.user.pk] if by.user is not None else None
    ranks.require_moderator(actor, room)
    person = people.get(person_id)
    if person is None:
        raise not_found("person")
    ranks.require_outranks(actor, person, room)
    return person


def _found(work: Purge, room: Room | None) -> dict[int, list[int]]:
    """The messages by room, and the rooms where there are none yet and may be some in a moment."""
    rooms = Room.objects.filter(pk=room.pk) if room else Room.objects.exclude(kind=Room.Kind.DIRECT)
    found: dict[int, list[int]] = defaultdict(list)
    for place in Membership.objects.filter(user=work.person_id, left=False, room__in=rooms):
        found[place.room_id] = []
    for place_id, message_id in work.messages().filter(room__in=rooms).values_list("room", "pk"):
        found[place_id].append(message_id)
    return found


def _purge_room(work: Purge, room_id: int, ids: list[int]) -> int:
    count = 0
    try:
        for batch in _batches(ids):
            count += _take_batch(work, room_id, work.messages().filter(pk__in=batch))
        while True:
            # What came meanwhile. Under the room's lock a batch that is not full is the last one.
            with transaction.atomic(durable=True):
                more = _take_batch(work, room_id, work.messages().filter(room=room_id)[:BATCH])
                count += more
                if more < BATCH:
                    _record(work, room_id, count)
                    return count
    except BaseException:
        # The moderator was dismissed meanwhile, say. What is done is on the record all the same.
        _record(work, room_id, count)
        raise


def _take_batch(work: Purge, room_id: int, messages: QuerySet[Message]) -> int:
    with transaction.atomic():
        room = Room.objects.lock([room_id])[room_id]
        _require_may_purge(work.by, work.person_id, None if work.everywhere else room)
        found = list(messages.select_related("author", "reply_to__author"))
        if found:
            found.sort(key=lambda message: message.tick)
            take_away(found, by=work.by.user, reason=work.reason, at=work.at)
        return len(found)


def _record(work: Purge, room_id: int, count: int) -> None:
    if count == 0:
        return
    record(
        by=work.by,
        action=Action.PURGE_MESSAGES,
        person=User.objects.get(pk=work.person_id),
        room=Room.objects.get(pk=room_id),
        reason=work.reason,
        after={
            "messages": count,
            "since": work.since.isoformat(),
            "at": work.at.isoformat(),
            "everywhere": work.everywhere,
        },
    )


def _batches(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]
