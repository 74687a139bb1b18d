"""Mutes: the person reads on and cannot post, edit or react, in one room or on the whole site."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from chat import announce
from chat.errors import Refused
from chat.models import Membership, Room, Sanction, User

from .notices import take_back, tell_of_sanction
from .record import Action, Actor, checked_reason, record
from .sanctioning import described, impose, lift
from .subjects import lock_subject

SHORTEST, LONGEST = timedelta(minutes=10), timedelta(days=30)


def mute(
    *, by: Actor, person_id: int, duration: timedelta, room_id: int | None = None, reason: str = ""
) -> Sanction:
    """Mute for 10 minutes to 30 days from now, whatever mute stood there before; on the site for a reason only.

    Raises `Refused`: `invalid` for the duration or the reason, and what `lock_subject` raises.
    """
    if not SHORTEST <= duration <= LONGEST:
        raise Refused("invalid", "A mute lasts from 10 minutes to 30 days.")
    reason = checked_reason(reason, needed=room_id is None)
    with transaction.atomic():
        person, room = lock_subject(by=by, person_id=person_id, room_id=room_id)
        row, before = impose(
            by=by,
            kind=Sanction.Kind.MUTE,
            person=person,
            room=room,
            until=timezone.now() + duration,
            reason=reason,
        )
        record(
            by=by,
            action=Action.MUTE,
            person=person,
            room=room,
            reason=reason,
            before=before,
            after=described(row),
        )
        tell_of_sanction(by=by, action=Action.MUTE, person=person, room=room, reason=reason, until=row.until)
        _show(person, room)
    return row


def unmute(*, by: Actor, person_id: int, room_id: int | None = None, reason: str = "") -> None:
    """Lift a mute. Where none stands nothing changes, and nothing is recorded.

    Raises what `lock_subject` raises.
    """
    reason = checked_reason(reason, needed=False)
    with transaction.atomic():
        person, room = lock_subject(by=by, person_id=person_id, room_id=room_id)
        before = lift(by=by, kind=Sanction.Kind.MUTE, person=person, room=room, reason=reason)
        if before is None:
            return
        record(by=by, action=Action.UNMUTE, person=person, room=room, reason=reason, before=before)
        take_back(person=person, action=Action.MUTE, room=room)
        _show(person, room)


def _show(person: User, room: Room | None) -> None:
    """`muted_until` is the person's own state of each room: no tick, and nobody else is told."""
    if room is not None:
        announce.personal([(person.pk, room.pk)])
    else:
        rooms = Membership.objects.filter(user=person, left=False).values_list("room_id", flat=True)
        announce.personal((person.pk, room_id) for room_id in rooms)
