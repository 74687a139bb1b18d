"""What happens to a message after it was posted. Each change takes a tick; what changes nothing takes none."""

import unicodedata
from dataclasses import dataclass
from functools import partial

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from chat import access, announce, encoding, protocol, ranks
from chat.errors import Refused, not_found
from chat.models import Attachment, Membership, Mention, Message, Reaction, Room, User

from . import blocking, checks
from .files import remove_stored
from .moderation import removing
from .moderation.record import Action, Actor, record
from .moderation.subjects import lock_message, require_moderator_of
from .moderation.withholding import Blocked, Caught, open_cases, put_aside, record_blocked
from .screening import Broken, Hit, screen_many
from .wording import word

MAX_EMOJI = 40  # different ones on one message


@dataclass(slots=True)
class _Words:
    room_id: int
    text: str
    attachments: tuple[int, ...]


def edit(*, user_id: int, message_id: int, text: str) -> int:
    """Put other words into one's own message. Returns the tick of its last change."""
    seen = access.message(user_id, message_id)
    has_files = tuple(seen.attachments.values_list("pk", flat=True))
    words = _Words(seen.room_id, text, has_files)
    wording = word(words)
    [screened] = screen_many([words], [wording])
    try:
        with transaction.atomic():
            room, member, message = _lock(user_id, seen)
            if message.author_id != user_id:
                raise Refused("forbidden", "Only the author can edit a message.")
            if message.deleted or message.kind != Message.Kind.TEXT:
                raise Refused("conflict", "This message cannot be edited.")
            _require_voice(user_id, room)
            if message.text == words.text:
                return message.changed
            if room.locked or room.announcements:
                checks.require_open(room, moderates=ranks.moderates(message.author, room))
            if room.slow_mode and not ranks.moderates(message.author, room):
                _require_pace(message.author, room)
            hit = screened.judge(author=message.author, role=member.role, room=room, now=timezone.now())
            message.text, message.html, message.everyone = words.text, wording.html, wording.everyone
            message.edited_at = timezone.now()
            return _put_in(room, message, wording.mentions, hit)
    except Broken as refusal:
        record_blocked([Blocked(seen.author, seen.room, refusal.hit)])
        raise


def _require_pace(author: User, room: Room) -> None:
    """One edit in an interval, of whichever message: a slip can be mended at once, and nobody talks by editing.

    Apart from the pace of posts, so that neither delays the other.
    """
    now = timezone.now()
    # As for posts, what a clock that is ahead of ours has dated does not count.
    edits = Message.objects.filter(room=room, author=author, edited_at__lte=now)
    last = edits.aggregate(last=Max("edited_at"))["last"]
    if (wait := checks.pause_left(room.slow_mode, last, now)) is not None:
        raise Refused("slow_mode", "This room is in slow mode: wait before you edit again.", wait)


def _put_in(room: Room, message: Message, mentions: tuple[int, ...], hit: Hit | None) -> int:
    """Save other words, or put them aside at once if a rule says so."""
    caught = [Caught(message, room, hit, mentions)] if hit is not None else []
    removals = [put_aside(each) for each in caught if each.hides]
    Mention.objects.filter(message=message).delete()
    if not message.deleted:
        Mention.objects.bulk_create(
            Mention(message=message, user_id=who, room=room, tick=message.tick) for who in mentions
        )
    open_cases(caught, removals)
    return _save(room, message, "text", "html", "everyone", "edited_at", "deleted", "pinned")


def delete(*, user_id: int, message_id: int, address: str = "") -> int:
    """Leave a tombstone. An author's words, reactions and files are gone; what a moderator removes may come back.

    `address` is where a moderator acts from. Raises as `moderation.removing.remove` does.
    """
    author_id = Message.objects.filter(pk=message_id).values_list("author", flat=True).first()
    if author_id is not None and author_id != user_id:
        by = Actor(User.objects.get(pk=user_id), address=address)
        return removing.remove(by=by, message_id=message_id)
    seen = access.message(user_id, message_id)
    with transaction.atomic():
        room, _, message = _lock(user_id, seen)
        if message.deleted:
            return message.changed
        message.deleted, message.pinned, message.everyone = True, False, False
        message.text = message.html = ""
        Mention.objects.filter(message=message).delete()
        Reaction.objects.filter(message=message).delete()
        files = list(Attachment.objects.filter(message=message))
        Attachment.objects.filter(pk__in=[file.pk for file in files]).delete()
        transaction.on_commit(partial(remove_stored, files))
        return _save(room, message, "deleted", "pinned", "everyone", "text", "html")


def react(*, user_id: int, message_id: int, emoji: str, on: bool) -> int:
    """Add or take back one's reaction."""
    seen = access.message(user_id, message_id)
    if not is_emoji(emoji):
        raise Refused("invalid", "A reaction is one emoji.")
    with transaction.atomic():
        room, _, message = _lock(user_id, seen)
        if message.deleted:
            raise Refused("conflict", "This message was deleted.")
        mine = Reaction.objects.filter(message=message, emoji=emoji, user_id=user_id)
        if mine.exists() == on:
            return message.changed
        _require_voice(user_id, room)
        if on:
            used = set(Reaction.objects.filter(message=message).values_list("emoji", flat=True))
            if emoji not in used and len(used) >= MAX_EMOJI:
                raise Refused("conflict", "This message has enough different reactions.")
            Reaction.objects.create(message=message, emoji=emoji, user_id=user_id)
        else:
            mine.delete()
        return _save(room, message)


def pin(*, user_id: int, message_id: int, on: bool, address: str = "") -> int:
    """Pin or unpin. For moderators, who act from `address`; in direct rooms for everyone."""
    by = Actor(User.objects.get(pk=user_id), address=address)
    with transaction.atomic():
        message = lock_message(message_id)
        room = message.room
        if room.kind == Room.Kind.DIRECT:
            access.message(user_id, message_id)
        else:
            require_moderator_of(message, by, "Only moderators of the room can pin.")
        if message.deleted:
            raise Refused("conflict", "This message was deleted.")
        if message.pinned == on:
            return message.changed
        if room.archived:
            raise Refused("archived", "This room is archived.")
        message.pinned = on
        if room.kind != Room.Kind.DIRECT:
            record(
                by=by,
                action=Action.PIN if on else Action.UNPIN,
                person=message.author,
                room=room,
                message=message,
            )
        return _save(room, message, "pinned")


def is_emoji(text: str) -> bool:
    """Whether this is made of symbols with their joiners and marks alone, and shows something.

    Keycaps have a digit as their base, flags of regions have tags; other invisible characters are refused, or a
    reaction could be empty to the eye or turn the direction of what follows.
    """
    keycap = visible = "\N{COMBINING ENCLOSING KEYCAP}" in text
    for char in text:
        category = unicodedata.category(char)
        if category in ("So", "Sk", "Sm", "Po", "Pd") and ord(char) > 127:
            visible = True
        elif category not in ("Mn", "Me") and not _joins(char) and not (keycap and char in "0123456789#*"):
            return False
    return visible


def _joins(char: str) -> bool:
    return char == "\N{ZERO WIDTH JOINER}" or "\U000e0020" <= char <= "\U000e007f"


def _lock(user_id: int, seen: Message) -> tuple[Room, Membership, Message]:
    """Lock the message's room, and read again under the lock what is about to change."""
    room = Room.objects.lock([seen.room_id])[seen.room_id]
    member = Membership.objects.filter(room=room, user_id=user_id, left=False).first()
    if member is None or access.is_shut_out(user_id):
        raise not_found("message")
    return room, member, Message.objects.select_related("author", "reply_to__author").get(pk=seen.pk)


def _require_voice(user_id: int, room: Room) -> None:
    if room.archived:
        raise Refused("archived", "This room is archived.")
    if blocking.closed_by_blocks([room]):
        raise Refused("forbidden", blocking.UNWANTED)
    checks.require_not_muted(checks.active_mutes([user_id]), user_id, room.pk, timezone.now())


def _save(room: Room, message: Message, *fields: str) -> int:
    """Give a changed message its tick, and tell everyone."""
    message.changed = Room.objects.advance({room.pk: 1})[room.pk]
    message.save(update_fields=[*fields, "changed"])
    [encoded] = encoding.messages([message])
    announce.changes(room.pk, [protocol.Change(tick=message.changed, message=encoded)])
    return message.changed
