"""Messages hidden until a moderator has looked: by a rule, or by the number of people who reported them.

Both are called inside a transaction that holds the room's lock, with a message read under that lock with `author`
and `reply_to__author`. They are for code that has decided already: a person's own act goes through `removing`.
"""

from chat.errors import Refused
from chat.models import Message, Removal

from .record import Action, Actor, record
from .tombstones import bring_back, take_away


def hide(*, by: Actor, message: Message, reason: str) -> int:
    """Leave a tombstone that can be restored. Returns the tick of the message's last change.

    One that is deleted, removed or hidden already stays as it is, and nothing is recorded. What was posted in the
    same transaction goes out with its words first: such a message must be stored hidden.
    """
    if not message.deleted:
        take_away([message], by=by.user, reason=reason)
        record(by=by, action=Action.HIDE, person=message.author, room=message.room, message=message, reason=reason)
    return message.changed


def unhide(*, by: Actor, message: Message, reason: str = "") -> int:
    """Bring a hidden or removed message back, as it was. Returns the tick of its last change.

    One that is not deleted stays as it is. Raises `Refused` with `conflict` for one that its author deleted.
    """
    if not message.deleted:
        return message.changed
    removal = Removal.objects.filter(message=message).first()
    if removal is None:
        raise Refused("conflict", "Its author deleted this message.")
    before = {"reason": removal.reason} if removal.reason else {}
    removal.message = message
    bring_back([removal])
    record(
        by=by,
        action=Action.RESTORE_MESSAGE,
        person=message.author,
        room=message.room,
        message=message,
        reason=reason,
        before=before,
    )
    return message.changed
