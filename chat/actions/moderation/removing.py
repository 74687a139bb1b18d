"""What moderators take away of others' messages, and give back."""

from django.db import transaction

from chat import ranks
from chat.models import Case, Message

from .hiding import unhide
from .record import Action, Actor, checked_reason, record
from .subjects import lock_message, require_moderator_of
from .tombstones import take_away

NOT_YOURS = "Only the author or a moderator can delete a message."


def remove(*, by: Actor, message_id: int, reason: str = "", case: Case | None = None) -> int:
    """Leave a tombstone that can be restored. Returns the tick of the message's last change.

    `case` is what the message was reported in: then the site's moderators may also where they are no members. What
    is deleted, removed or hidden already stays as it is. Authors delete by `messages.delete`, for good.

    Raises `Refused`: `invalid` for the reason, `not_found` for a message the actor may not know of, `forbidden` to
    those who do not moderate its room, and where the author is of an equal or higher rank.
    """
    reason = checked_reason(reason, needed=False)
    with transaction.atomic():
        message = _lock(by, message_id, case)
        if message.deleted:
            return message.changed
        take_away([message], by=by.user, reason=reason)
        record(
            by=by,
            action=Action.DELETE_MESSAGE,
            person=message.author,
            room=message.room,
            message=message,
            reason=reason,
        )
    return message.changed


def restore(*, by: Actor, message_id: int, reason: str = "", case: Case | None = None) -> int:
    """Bring back what a moderator or a rule took away, as it was. Returns the tick of the message's last change.

    What is not deleted stays as it is. Raises as `remove` does, and `conflict` for what its author deleted.
    """
    reason = checked_reason(reason, needed=False)
    with transaction.atomic():
        return unhide(by=by, message=_lock(by, message_id, case), reason=reason)


def _lock(by: Actor, message_id: int, case: Case | None) -> Message:
    message = lock_message(message_id)
    reported = case is not None and case.message_id == message_id
    if not (reported and ranks.moderates_site(by.user)):
        require_moderator_of(message, by, NOT_YOURS)
    ranks.require_outranks(by.user, message.author, message.room)
    return message
