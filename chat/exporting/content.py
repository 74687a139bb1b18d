"""What is one person's: a list of records for each kind of it, read in batches."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from chat import encoding
from chat.models import (
    Attachment,
    Block,
    Invite,
    Membership,
    Message,
    Notice,
    Reaction,
    Report,
    Room,
    Sanction,
    User,
)

from .names import file_name

BATCH = 500
M = TypeVar("M", bound=Model)
Record = dict[str, Any]


def lists_of(user: User) -> Iterator[tuple[str, Iterator[Record]]]:
    """The name and the records of each list. None holds more than `BATCH` rows at a time."""
    place = _Places(user)
    yield "profile", iter([_profile(user)])
    memberships = Membership.objects.filter(user=user).select_related("room")
    yield "rooms", _each(memberships, partial(_room, place))
    yield "messages", _messages(user, place)
    reactions = Reaction.objects.filter(user=user, message__deleted=False).select_related("message")
    yield "reactions", _each(reactions, _reaction)
    yield "files", _each(_files(user), _file)
    yield "reports", _each(Report.objects.filter(reporter=user).select_related("case"), _report)
    yield "notices", _each(Notice.objects.filter(user=user), _notice)
    yield "sanctions", _each(Sanction.objects.filter(user=user).select_related("room"), partial(_sanction, place))
    yield "blocks", _each(Block.objects.filter(by=user).select_related("person"), _block)
    yield (
        "invitations",
        _each(Invite.objects.filter(created_by=user).select_related("room"), partial(_invite, place)),
    )


def files_of(user: User) -> Iterator[Attachment]:
    """The files of their messages, and those that no message carries yet."""
    return _rows(_files(user))


def _files(user: User) -> QuerySet[Attachment]:
    return Attachment.objects.filter(Q(message=None) | Q(message__deleted=False), owner=user)


def _each(rows: QuerySet[M], describe: Callable[[M], Record]) -> Iterator[Record]:
    return (describe(row) for row in _rows(rows))


def _rows(rows: QuerySet[M]) -> Iterator[M]:
    """In the order of their ids, each batch by a query of its own: a cursor would hold a connection meanwhile."""
    last = 0
    while batch := list(rows.filter(pk__gt=last).order_by("pk")[:BATCH]):
        yield from batch
        last = batch[-1].pk


def _messages(user: User, place: "_Places") -> Iterator[Record]:
    last = 0
    rows = Message.objects.filter(author=user, deleted=False).select_related("room", "reply_to__author")
    while batch := list(rows.filter(pk__gt=last).order_by("pk")[:BATCH]):
        files: dict[int, list[str]] = {}
        for file in Attachment.objects.filter(message__in=batch).order_by("pk"):
            files.setdefault(file.message_id or 0, []).append(file_name(file))
        for row in batch:
            yield _message(row, place, files.get(row.pk, []))
        last = batch[-1].pk


def _message(row: Message, place: "_Places", files: list[str]) -> Record:
    return {
        "id": row.pk,
        "room": place(row.room),
        "sent_at": encoding.stamp(row.sent_at),
        "edited_at": _moment(row.edited_at),
        "text": row.text,
        "reply_to": row.reply_to_id,
        "pinned": row.pinned,
        "files": files,
    }


def _profile(user: User) -> Record:
    return {
        "id": user.pk,
        "username": user.username,
        "name": user.name,
        "email": user.email,
        "language": user.language,
        "time_zone": user.time_zone,
        "joined_at": encoding.stamp(user.date_joined),
        "last_sign_in_at": _moment(user.last_login),
    }


def _room(place: "_Places", row: Membership) -> Record:
    return {
        **place(row.room),
        "kind": row.room.kind,
        "role": row.role,
        "notify": row.notify,
        "left": row.left,
        "people": _people(row.room),
    }


def _people(room: Room) -> list[str] | None:
    """Of a conversation, which has no name."""
    if room.kind != Room.Kind.DIRECT:
        return None
    rows = Membership.objects.filter(room=room).select_related("user").order_by("pk")
    return [row.user.display_name for row in rows]


def _reaction(row: Reaction) -> Record:
    return {"message": row.message_id, "room": row.message.room_id, "emoji": row.emoji}


def _file(row: Attachment) -> Record:
    return {
        "id": row.pk,
        "file": file_name(row),
        "message": row.message_id,
        "type": row.type,
        "size": row.size,
        "uploaded_at": encoding.stamp(row.created_at),
    }


def _report(row: Report) -> Record:
    return {
        "message": row.case.message_id,
        "person": row.case.person_id,
        "category": row.category,
        "note": row.note,
        "reported_at": encoding.stamp(row.created_at),
        "state": row.case.state,
    }


def _notice(row: Notice) -> Record:
    return {
        "kind": row.kind,
        "text": row.text,
        "sent_at": encoding.stamp(row.created_at),
        "seen_at": _moment(row.seen_at),
    }


def _sanction(place: "_Places", row: Sanction) -> Record:
    """Without who gave it, which is the site's to tell."""
    return {
        "kind": row.kind,
        "room": place(row.room) if row.room else None,
        "reason": row.reason,
        "since": encoding.stamp(row.created_at),
        "until": _moment(row.until),
        "lifted_at": _moment(row.lifted_at),
    }


def _block(row: Block) -> Record:
    return {
        "id": row.person_id,
        "name": row.person.display_name,
        "since": encoding.stamp(row.created_at),
    }


def _invite(place: "_Places", row: Invite) -> Record:
    return {
        "token": row.token,
        "room": place(row.room) if row.room else None,
        "made_at": encoding.stamp(row.created_at),
        "expires_at": _moment(row.expires_at),
        "uses": row.uses,
        "max_uses": row.max_uses,
        "revoked": row.revoked,
    }


class _Places:
    """Rooms by what they are called now: no longer for those who were removed from a private one."""

    def __init__(self, user: User) -> None:
        self._mine = set(Membership.objects.filter(user=user, left=False).values_list("room_id", flat=True))

    def __call__(self, room: Room) -> Record:
        withheld = room.kind == Room.Kind.PRIVATE and room.pk not in self._mine
        return {"id": room.pk, "name": None if withheld else room.name}


def _moment(time: datetime | None) -> str | None:
    return encoding.stamp(time) if time else None
