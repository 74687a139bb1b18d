"""Warnings: a private word to a person, on the record."""

from django.db import transaction

from chat.errors import not_found
from chat.models import Notice

from .notices import give_notice, has_been_in
from .record import Action, Actor, checked_reason, record
from .subjects import find_subject


def warn(*, by: Actor, person_id: int, reason: str, room_id: int | None = None, signed: bool = False) -> Notice:
    """Tell a person what they did wrong, by the site's moderators or, `signed`, by name.

    A room's moderators warn who is or was in the room. Raises `Refused`: `invalid` for the reason, `not_found` for
    a person who never was there, and what `find_subject` raises.
    """
    reason = checked_reason(reason)
    with transaction.atomic():
        person, room = find_subject(by=by, person_id=person_id, room_id=room_id)
        if room is not None and not has_been_in(room, person):
            raise not_found("person")
        record(by=by, action=Action.WARN, person=person, room=room, reason=reason)
        return give_notice(by=by, person=person, kind=Notice.Kind.WARNING, text=reason, room=room, signed=signed)
