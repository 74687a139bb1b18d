"""Who may post in a room, and how often: the same for all its members, and nothing of it for moderators."""

from django.db import transaction

from chat.actions.rooms import save_room
from chat.errors import Refused
from chat.models import Room

from .record import Action, Actor, record
from .subjects import lock_room

SLOWEST = 6 * 60 * 60  # seconds


def set_posting(
    *,
    by: Actor,
    room_id: int,
    locked: bool | None = None,
    slow_mode: int | None = None,
    announcements: bool | None = None,
) -> Room:
    """Lock a room for the moment, set the seconds between two posts of a person, keep it for announcements.

    What is None, or as it was, stays; what changes nothing takes no tick and is not recorded. Returns the room.

    Raises `Refused`: `invalid` for a slow mode of less than 0 seconds or more than 6 hours, `not_found` for a room
    the actor may not know of, `forbidden` to those who do not moderate it, as nobody does a direct room.
    """
    if slow_mode is not None and not 0 <= slow_mode <= SLOWEST:
        raise Refused("invalid", "Slow mode is from 0 seconds to 6 hours.")
    wanted = {"locked": locked, "slow_mode": slow_mode, "announcements": announcements}
    with transaction.atomic():
        room = lock_room(by=by, room_id=room_id)
        changes = {
            name: value for name, value in wanted.items() if value is not None and value != getattr(room, name)
        }
        if not changes:
            return room
        for name, value in changes.items():
            record(
                by=by,
                action=_ACTIONS[name] if name != "locked" or value else Action.UNLOCK,
                room=room,
                before={name: getattr(room, name)},
                after={name: value},
            )
            setattr(room, name, value)
        save_room(room, *changes)
    return room


_ACTIONS = {"locked": Action.LOCK, "slow_mode": Action.SLOW_MODE, "announcements": Action.ANNOUNCEMENTS}
