"""Rows to wire objects. The same for every reader: what is mine, or mentions me, the client decides."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import quote

from django.db.models import Count, Prefetch, prefetch_related_objects
from msgspec import UNSET

from . import protocol, protocol_moderation
from .models import (
    Attachment,
    Membership,
    Mention,
    Message,
    ModerationAction,
    Note,
    Notice,
    Reaction,
    Removal,
    Room,
    Sanction,
    User,
)
from .rendering import excerpt


def user(row: User) -> protocol.User:
    return protocol.User(
        id=row.pk,
        username="" if row.is_former else row.username,
        name=row.display_name,
        avatar=f"/{row.avatar}" if row.avatar else None,
        bot=row.bot,
    )


def member(row: Membership) -> protocol.Member:
    return protocol.Member(user=user(row.user), role=row.role, left=row.left)


def room_state(row: Room, members: int) -> protocol.RoomState:
    return protocol.RoomState(
        id=row.pk,
        kind=row.kind,
        name=row.name,
        topic=row.topic,
        clock=row.clock,
        archived=row.archived,
        locked=row.locked,
        slow_mode=row.slow_mode,
        members=members,
        announcements=row.announcements,
    )


def member_counts(room_ids: Iterable[int]) -> dict[int, int]:
    rows = Membership.objects.filter(room_id__in=set(room_ids), left=False).values_list("room_id")
    return dict(rows.annotate(Count("id")).order_by())


def messages(rows: Iterable[Message]) -> list[protocol.Message]:
    """Three queries for any number of rows, and one for tombstones; they need `author` and `reply_to__author`."""
    rows = list(rows)
    ids = [row.pk for row in rows if not row.deleted]
    removals = Prefetch("removal", Removal.objects.only("message", "by"))
    prefetch_related_objects([row for row in rows if row.deleted], removals)
    reactions: dict[int, dict[str, list[int]]] = defaultdict(dict)
    mentions: dict[int, list[int]] = defaultdict(list)
    attachments: dict[int, list[Attachment]] = defaultdict(list)
    if ids:
        for key, emoji, who in (
            Reaction.objects.filter(message_id__in=ids)
            .order_by("pk")
            .values_list("message_id", "emoji", "user_id")
        ):
            reactions[key].setdefault(emoji, []).append(who)
        for key, who in (
            Mention.objects.filter(message_id__in=ids).order_by("pk").values_list("message_id", "user_id")
        ):
            mentions[key].append(who)
        for file in Attachment.objects.filter(message_id__in=ids):
            attachments[file.message_id or 0].append(file)
    return [message(row, mentions[row.pk], attachments[row.pk], reactions[row.pk]) for row in rows]


def message(
    row: Message,
    mentions: list[int],
    attachments: list[Attachment],
    reactions: dict[str, list[int]] | None = None,
) -> protocol.Message:
    encoded = protocol.Message(
        id=row.pk,
        room=row.room_id,
        tick=row.tick,
        author=user(row.author),
        ref=row.ref,
        changed=row.changed if row.changed != row.tick else UNSET,
        kind=_kind(row),
        sent_at=stamp(row.sent_at),
        deleted=row.deleted,
    )
    if row.deleted:
        encoded.removed = removed(row)
        return encoded
    encoded.text = row.text
    encoded.html = row.html
    encoded.edited_at = stamp(row.edited_at) if row.edited_at else None
    encoded.pinned = row.pinned
    encoded.reply_to = _quote(row.reply_to) if row.reply_to is not None else None
    encoded.mentions = mentions
    encoded.everyone = row.everyone
    encoded.reactions = [protocol.Reaction(emoji=emoji, users=who) for emoji, who in (reactions or {}).items()]
    # By age, as they are read again: a post names them in any order.
    encoded.attachments = [attachment(file) for file in sorted(attachments, key=lambda file: file.pk)]
    return encoded


def stamp(time: datetime) -> str:
    """RFC 3339 in UTC with milliseconds; `time` must be in UTC, as the database gives it."""
    return time.isoformat(timespec="milliseconds")[:-6] + "Z"


def removed(row: Message) -> str:
    """Of a tombstone. Its removal was read with it, or made a moment ago: nothing is asked here."""
    if not Message._meta.get_field("removal").is_cached(row) or (removal := getattr(row, "removal", None)) is None:
        return ""
    return "automatically" if removal.by_id is None else "moderator"


def _kind(row: Message) -> str:
    # msgspec leaves out a default by identity, and a string from the database is another one.
    return "notice" if row.kind == Message.Kind.NOTICE else "text"


def _quote(source: Message) -> protocol.Quote:
    return protocol.Quote(
        id=source.pk,
        tick=source.tick,
        author=user(source.author),
        excerpt="" if source.deleted else excerpt(source.text),
    )


def attachment(row: Attachment) -> protocol.Attachment:
    url = f"/attachments/{row.pk}"
    return protocol.Attachment(
        id=row.pk,
        name=row.name,
        type=row.type,
        size=row.size,
        url=f"{url}/{quote(row.name, safe='')}",
        width=row.width if row.width is not None else UNSET,
        height=row.height if row.height is not None else UNSET,
        thumbnail=f"{url}/thumbnail" if row.thumbnail_key else UNSET,
    )


# What moderation sends


def notice(row: Notice) -> protocol_moderation.Notice:
    return protocol_moderation.Notice(
        id=row.pk,
        kind=row.kind,
        text=row.text,
        action=row.action,
        room=_place(row.room),
        until=stamp(row.until) if row.until else None,
        by=user(row.by) if row.by and row.by_shown else None,
        created_at=stamp(row.created_at),
        seen=row.seen_at is not None,
    )


def sanction(row: Sanction) -> protocol_moderation.Sanction:
    return protocol_moderation.Sanction(
        id=row.pk,
        kind=row.kind,
        room=_place(row.room),
        reason=row.reason,
        until=stamp(row.until) if row.until else None,
        created_at=stamp(row.created_at),
    )


def act(row: ModerationAction) -> protocol_moderation.Act:
    return protocol_moderation.Act(
        id=row.pk,
        at=stamp(row.at),
        action=row.action,
        actor=row.actor_id,
        actor_name=row.actor_name,
        room=row.room_id,
        room_name=row.room_name,
        message=row.message_id,
        reason=row.reason,
        before=row.before,
        after=row.after,
        source=row.source,
        person=row.person_id,
        person_name=row.person_name,
    )


def removal(row: Removal) -> protocol_moderation.Removal:
    return protocol_moderation.Removal(
        message=row.message_id, by=user(row.by) if row.by else None, at=stamp(row.at), reason=row.reason
    )


def note(row: Note) -> protocol_moderation.Note:
    return protocol_moderation.Note(
        id=row.pk, text=row.text, author=user(row.author) if row.author else None, created_at=stamp(row.created_at)
    )


def _place(room: Room | None) -> protocol_moderation.Place | None:
    return protocol_moderation.Place(id=room.pk, name=str(room)) if room else None
