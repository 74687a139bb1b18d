"""Whom a moderator is about to act on, and where."""

from chat import access, ranks
from chat.errors import Refused, not_found
from chat.models import Membership, Message, Room, User

from .record import Actor


def lock_subject(*, by: Actor, person_id: int, room_id: int | None) -> tuple[User, Room | None]:
    """The person, and the room if one is named, locked until the transaction ends: the room first, everywhere.

    Under the room's lock no post and no joining of the same moment slips past a sanction; on the whole site that
    needs all rooms of the person. Under the person's lock two sanctions do not both believe to be the first.

    Raises `Refused`: `not_found` for a room or person the actor may not know of, `forbidden` to those who moderate
    neither, and where the person is of an equal or higher rank.
    """
    if room_id is not None:
        room = lock_room(by=by, room_id=room_id)
    else:
        room = None
        ranks.require_moderator(by.user, None)
        # A batch that has read that the person may post would be committed after the sanction otherwise. It takes
        # a moment's wait in each of the rooms; sanctions are rare. A room joined in this very moment is not among
        # them: there a post that was judged before may still come a few milliseconds after.
        rooms = Membership.objects.filter(user=person_id, left=False).values_list("room_id", flat=True)
        Room.objects.lock(rooms)
    return _outranked(by, User.objects.select_for_update(no_key=True).filter(pk=person_id).first(), room), room


def find_subject(*, by: Actor, person_id: int, room_id: int | None) -> tuple[User, Room | None]:
    """The same without locks, for words that take nothing from the person. Raises as `lock_subject` does."""
    room = Room.objects.filter(pk=room_id).first() if room_id is not None else None
    if room_id is not None and room is None:
        raise not_found()
    ranks.require_moderator(by.user, room)
    return _outranked(by, User.objects.filter(pk=person_id).first(), room), room


def _outranked(by: Actor, person: User | None, room: Room | None) -> User:
    if person is None:
        raise not_found("person")
    ranks.require_outranks(by.user, person, room)
    return person


def lock_room(*, by: Actor, room_id: int) -> Room:
    """A room that the actor moderates, locked until the transaction ends. Raises as `lock_subject` does."""
    room = Room.objects.lock([room_id]).get(room_id)
    if room is None:
        raise not_found()
    ranks.require_moderator(by.user, room)
    return room


def lock_message(message_id: int) -> Message:
    """A message with its room, `author` and `reply_to__author`, under the room's lock until the transaction ends.

    Whether somebody may do anything with it is another question. Raises `Refused` with `not_found`.
    """
    room_id = Message.objects.filter(pk=message_id).values_list("room_id", flat=True).first()
    if room_id is None:
        raise not_found("message")
    room = Room.objects.lock([room_id])[room_id]
    message = Message.objects.select_related("author", "reply_to__author").get(pk=message_id)
    message.room = room
    return message


def require_moderator_of(message: Message, by: Actor, refusal: str) -> None:
    """Raises `Refused`: `forbidden`, in these words, to members who do not moderate the message's room, and to all
    others `not_found`, as for a message that does not exist."""
    if by.user is not None and access.is_shut_out(by.user.pk):
        raise not_found("message")
    if not ranks.moderates(by.user, message.room):
        if Membership.objects.filter(room=message.room, user=by.user, left=False).exists():
            raise Refused("forbidden", refusal)
        raise not_found("message")
