"""Blocks: two people who write each other no direct messages, because one of them wants none.

Whoever is blocked is not told so: their posts in the conversation of the two are refused, as are those of the
person who blocked them. Elsewhere nothing is withheld from anybody; the browser folds what is not wanted.
"""

from collections.abc import Collection, Iterable

from django.db import transaction
from django.db.models import Q

from chat import announce
from chat.errors import Refused, not_found
from chat.models import Block, Room, User, select

UNWANTED = "You cannot write to this person."  # says neither who blocks whom, nor that anybody does


def block(*, by: User, person_id: int) -> None:
    """Want no direct messages of a person. Whoever is blocked stays so.

    Raises `Refused`: `invalid` for oneself, `not_found` for nobody. Moderators can be blocked like others; what
    they have to say as moderators comes as a notice.
    """
    if person_id == by.pk:
        raise Refused("invalid", "You cannot block yourself.")
    with transaction.atomic():
        # Under the lock of their conversation no post of the same moment slips past.
        _lock_conversation(by.pk, person_id)
        if not User.objects.filter(pk=person_id).exists():
            raise not_found("person")
        _, new = Block.objects.get_or_create(by=by, person_id=person_id)
        if new:
            announce.blocks_changed([by.pk])


def unblock(*, by: User, person_id: int) -> None:
    """Take a block back; where there is none nothing changes."""
    with transaction.atomic():
        gone, _ = Block.objects.filter(by=by, person_id=person_id).delete()
        if gone:
            announce.blocks_changed([by.pk])


def require_wanted(*, by: User, others: Collection[int]) -> None:
    """Raises `Refused` with `forbidden` if `by` and one of the others may open no conversation."""
    between = Q(by=by, person__in=others) | Q(by__in=others, person=by)
    if Block.objects.filter(between).exists():
        raise Refused("forbidden", UNWANTED)


def closed_by_blocks(rooms: Iterable[Room]) -> set[int]:
    """Those of the rooms that are the conversation of two people, one of whom blocks the other.

    One query if there are conversations of two among them, none otherwise: every post asks.
    """
    people = {room.pk: pair for room in rooms if (pair := _pair(room))}
    everybody = {user_id for pair in people.values() for user_id in pair}
    rows = select(
        Block,
        "SELECT id, by_id, person_id FROM chat_block WHERE by_id IN ({}) AND person_id IN ({})",
        everybody,
        everybody,
    )
    blocks = {frozenset((row.by_id, row.person_id)) for row in rows}
    return {room_id for room_id, pair in people.items() if pair in blocks}


def _pair(room: Room) -> frozenset[int] | None:
    if room.people_key is None or room.people_key.count(",") != 1:
        return None
    return frozenset(int(user_id) for user_id in room.people_key.split(","))


def _lock_conversation(one: int, other: int) -> None:
    key = ",".join(str(user_id) for user_id in sorted((one, other)))
    Room.objects.lock(Room.objects.filter(people_key=key).values_list("pk", flat=True))
