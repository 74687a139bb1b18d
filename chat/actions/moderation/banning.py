"""Bans: out of a room, or out of the site, and no way back until the ban ends."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from chat.actions import people, rooms
from chat.errors import Refused
from chat.models import Membership, Sanction

from .notices import tell_of_sanction
from .record import Action, Actor, checked_reason, record
from .sanctioning import described, impose, lift
from .subjects import lock_subject


def ban(
    *, by: Actor, person_id: int, reason: str, room_id: int | None = None, until: datetime | None = None
) -> Sanction:
    """Ban until a time, or for good, whatever ban stood there before.

    From a room: the person is removed, and `rooms.enter` and `rooms.put_member` let nobody in who is banned. From
    the site: every session ends, so that no door knows the person any more, sockets close, and signing in is
    refused; memberships stay for the day the ban ends.

    Raises `Refused`: `invalid` for a time that has passed or the reason, `conflict` for the room's last owner, and
    what `lock_subject` raises.
    """
    if until is not None and until <= timezone.now():
        raise Refused("invalid", "A ban ends in the future.")
    reason = checked_reason(reason)
    with transaction.atomic():
        person, room = lock_subject(by=by, person_id=person_id, room_id=room_id)
        row, before = impose(by=by, kind=Sanction.Kind.BAN, person=person, room=room, until=until, reason=reason)
        record(
            by=by, action=Action.BAN, person=person, room=room, reason=reason, before=before, after=described(row)
        )
        tell_of_sanction(by=by, action=Action.BAN, person=person, room=room, reason=reason, until=until)
        if room is None:
            people.sign_out_everywhere(user=person)
        elif member := Membership.objects.filter(room=room, user=person, left=False).first():
            rooms.end_membership(room, member)
    return row


def unban(*, by: Actor, person_id: int, room_id: int | None = None, reason: str = "") -> None:
    """Lift a ban: the person may sign in, or join, again. Where none stands nothing changes.

    Raises what `lock_subject` raises.
    """
    reason = checked_reason(reason, needed=False)
    with transaction.atomic():
        person, room = lock_subject(by=by, person_id=person_id, room_id=room_id)
        before = lift(by=by, kind=Sanction.Kind.BAN, person=person, room=room, reason=reason)
        if before is not None:
            record(by=by, action=Action.UNBAN, person=person, room=room, reason=reason, before=before)
