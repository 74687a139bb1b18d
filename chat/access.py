"""Fetch or refuse. Nothing is fetched for a person but through here.

Everything raises `Refused("not_found")` alike for what does not exist and for what the person may not know of.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.db.models import Exists, OuterRef
from django.http import HttpRequest

from .errors import Refused, not_found
from .models import Attachment, Membership, Message, Room, Sanction, User


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a connection speaks for, and what must stay true for it to stay open."""

    user: User
    session_key: str

    @property
    def user_id(self) -> int:
        return self.user.pk

    @property
    def credentials(self) -> tuple[str, int]:
        """Changes when the password does, or when the person signs out everywhere."""
        return self.user.password, self.user.session_version


def identity(session_key: str) -> Identity | None:
    """The active person signed in under a session key, or None. Three queries."""
    session = SessionStore(session_key)
    request = HttpRequest()
    request.session = session
    user = get_user(request)
    if not isinstance(user, User) or not user.is_active or is_banned(user.pk):
        return None
    return Identity(user=user, session_key=session_key)


def is_banned(user_id: int, room_id: int | None = None) -> bool:
    """Whether the person is banned from the site, or from the room if one is named: the one rule of all doors."""
    return Sanction.objects.bans(room_id).filter(user_id=user_id).exists()


def is_shut_out(user_id: int) -> bool:
    """Whether the account is closed, or the person is banned from the site. What is asked for on a socket that was
    opened before comes some seconds later yet."""
    banned = Exists(Sanction.objects.bans(None).filter(user=OuterRef("pk")))
    return not User.objects.filter(~banned, pk=user_id, is_active=True).exists()


def require_present(user_id: int, room_id: int) -> None:
    """Raises `not_found` for somebody who is not in the room, or shut out of the site. One query."""
    banned = Exists(Sanction.objects.bans(None).filter(user=OuterRef("user")))
    here = Membership.objects.filter(user_id=user_id, room_id=room_id, left=False, user__is_active=True)
    if not here.filter(~banned).exists():
        raise not_found()


def ban_from_site(user_id: int) -> Sanction | None:
    """What keeps a person out of the site, if anything does."""
    return Sanction.objects.bans(None).filter(user_id=user_id).first()


def membership(user_id: int, room_id: int) -> Membership:
    """The person's own, active membership, with its room."""
    row = Membership.objects.select_related("room").filter(user_id=user_id, room_id=room_id, left=False).first()
    if row is None:
        raise not_found()
    return row


def clocks(user_id: int, room_ids: Iterable[int]) -> dict[int, int]:
    """The clocks of those of these rooms that the person is in."""
    rows = Membership.objects.filter(user_id=user_id, room_id__in=list(room_ids), left=False)
    return dict(rows.values_list("room_id", "room__clock"))


def readable_room(user: User, room_id: int) -> Room:
    """A room the person may read over HTTP: one they are in, or a public one from which they are not banned.

    Raises `Refused` with `forbidden` for the latter, of which they know that it is there.
    """
    room = Room.objects.filter(pk=room_id).first()
    if room is None:
        raise not_found()
    if room.kind != Room.Kind.PUBLIC:
        membership(user.pk, room_id)
    elif is_banned(user.pk, room_id):
        raise Refused("forbidden", "You are banned from this room.")
    return room


def message(user_id: int, message_id: int) -> Message:
    """A message in a room the person is in."""
    row = (
        Message.objects.filter(pk=message_id, room__memberships__user=user_id, room__memberships__left=False)
        .select_related("author", "reply_to__author")
        .first()
    )
    if row is None:
        raise not_found("message")
    return row


def readable_message(user: User, message_id: int) -> Message:
    """A message in a room the person may read over HTTP."""
    row = Message.objects.filter(pk=message_id).first()
    try:
        if row is not None:
            readable_room(user, row.room_id)
            return row
    except Refused:
        pass
    raise not_found("message")


def attachment(user: User, attachment_id: int) -> Attachment:
    """A file the person may read: their own before it is posted, then whoever may read the message.

    With a message that was deleted, or taken away until somebody restores it, nobody reads it.
    """
    row = Attachment.objects.select_related("message").filter(pk=attachment_id).first()
    if row is None:
        raise not_found("file")
    if row.message is None:
        if row.owner_id != user.pk:
            raise not_found("file")
        return row
    if row.message.deleted:
        raise not_found("file")
    try:
        readable_room(user, row.message.room_id)
    except Refused:
        raise not_found("file") from None
    return row
