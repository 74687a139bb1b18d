"""Removing people from a room, to which they may come back if they could join it before."""

from django.db import transaction

from chat.actions import rooms
from chat.errors import not_found
from chat.models import Membership

from .notices import tell_of_sanction
from .record import Action, Actor, checked_reason, record
from .subjects import lock_subject


def remove_from_room(*, by: Actor, person_id: int, room_id: int, reason: str = "") -> None:
    """End a membership. Raises `Refused`: `not_found` for who is no member, `conflict` for the room's last owner,
    `invalid` for the reason, and what `lock_subject` raises."""
    reason = checked_reason(reason, needed=False)
    with transaction.atomic():
        person, room = lock_subject(by=by, person_id=person_id, room_id=room_id)
        member = Membership.objects.filter(room=room, user=person, left=False).first()
        if room is None or member is None:
            raise not_found("person")
        member.user = person
        rooms.end_membership(room, member)
        record(by=by, action=Action.REMOVE, person=person, room=room, reason=reason, before={"role": member.role})
        tell_of_sanction(by=by, action=Action.REMOVE, person=person, room=room, reason=reason)
