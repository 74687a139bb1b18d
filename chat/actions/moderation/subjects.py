"""Whom a moderator is about to act on, and where."""

from chat import ranks
from chat.errors import not_found
from chat.models import Room, User

from .record import Actor


def lock_subject(*, by: Actor, person_id: int, room_id: int | None) -> tuple[User, Room | None]:
    """The person, and the room if one is named, locked until the transaction ends: the room first, everywhere.

    Under the room's lock no post and no joining of the same moment slips past a sanction; under the person's two
    sanctions do not both believe to be the first.

    Raises `Refused`: `not_found` for a room or person the actor may not know of, `forbidden` to those who moderate
    neither, and where the person is of an equal or higher rank.
    """
    room = lock_room(by=by, room_id=room_id) if room_id is not None else None
    if room is None:
        ranks.require_moderator(by.user, None)
    person = User.objects.select_for_update(no_key=True).filter(pk=person_id).first()
    if person is None:
        raise not_found("person")
    ranks.require_outranks(by.user, person, room)
    return person, room


def lock_room(*, by: Actor, room_id: int) -> Room:
    """A room that the actor moderates, locked until the transaction ends. Raises as `lock_subject` does."""
    room = Room.objects.lock([room_id]).get(room_id)
    if room is None:
        raise not_found()
    ranks.require_moderator(by.user, room)
    return room
