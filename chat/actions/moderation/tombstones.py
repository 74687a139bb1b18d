"""Messages taken away that can come back: tombstones to everybody, whose words wait in a `Removal`.

All of this happens in the caller's transaction, under the room's lock. The messages are of one room, were read
under that lock with `author` and `reply_to__author`, and take a tick each, in their order; the room hears of all
at once.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from chat import announce, encoding, protocol
from chat.models import Membership, Mention, Message, Removal, Room, User

GONE = {"deleted": True, "pinned": False, "everyone": False, "text": "", "html": ""}


def take_away(
    messages: Sequence[Message], *, by: User | None, reason: str = "", at: datetime | None = None
) -> None:
    """Leave tombstones for messages that are not deleted. Their reactions and files stay, and nobody sees them."""
    mentions: dict[int, list[int]] = defaultdict(list)
    named = Mention.objects.filter(message__in=messages)
    for message_id, user_id in named.order_by("pk").values_list("message_id", "user_id"):
        mentions[message_id].append(user_id)
    Removal.objects.bulk_create(
        Removal(
            message=message,
            text=message.text,
            html=message.html,
            everyone=message.everyone,
            pinned=message.pinned,
            mentions=mentions[message.pk],
            by=by,
            at=at or timezone.now(),
            reason=reason,
        )
        for message in messages
    )
    named.delete()
    for message in messages:
        for name, value in GONE.items():
            setattr(message, name, value)
    # One statement for what is the same in all: a purge does this to many, and the room waits.
    Message.objects.filter(pk__in=[message.pk for message in messages]).update(**GONE)
    _save(messages)


def bring_back(removals: Sequence[Removal]) -> None:
    """Make messages again of what was taken away, as they were; each removal with its `message` as above."""
    messages = [removal.message for removal in removals]
    for removal, message in zip(removals, messages, strict=True):
        message.deleted = False
        message.text, message.html = removal.text, removal.html
        message.everyone, message.pinned = removal.everyone, removal.pinned
    # An account may be gone by now.
    there = set(
        User.objects.filter(pk__in={who for removal in removals for who in removal.mentions}).values_list(
            "pk", flat=True
        )
    )
    Mention.objects.bulk_create(
        Mention(message=message, user_id=who, room_id=message.room_id, tick=message.tick)
        for removal, message in zip(removals, messages, strict=True)
        for who in removal.mentions
        if who in there
    )
    Removal.objects.filter(pk__in=[removal.pk for removal in removals]).delete()
    _save(messages, *GONE)
    # Whoever has not read so far is told their counts anew: a client that never saw the tombstone cannot know that
    # the message was not counted.
    newest = max(messages, key=lambda message: message.tick)
    unread = Membership.objects.filter(room=newest.room_id, left=False, last_read__lt=newest.tick)
    announce.personal((user_id, newest.room_id) for user_id in unread.values_list("user_id", flat=True))


def _save(messages: Sequence[Message], *fields: str) -> None:
    [room_id] = {message.room_id for message in messages}
    last = Room.objects.advance({room_id: len(messages)})[room_id]
    for tick, message in enumerate(messages, start=last - len(messages) + 1):
        message.changed = tick
    Message.objects.bulk_update(messages, [*fields, "changed"])
    announce.changes(
        room_id,
        [
            protocol.Change(tick=message.changed, message=encoded)
            for message, encoded in zip(messages, encoding.messages(messages), strict=True)
        ],
    )
