"""Private words to a person: what was done to them, why and until when."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from chat import announce, encoding, histories, protocol_moderation
from chat.errors import not_found
from chat.models import Membership, Notice, Room, User

from .record import Action, Actor


def give_notice(
    *,
    by: Actor,
    person: User,
    kind: Notice.Kind,
    text: str,
    action: Action | None = None,
    room: Room | None = None,
    until: datetime | None = None,
    signed: bool = False,
) -> Notice:
    """Tell a person something, in the caller's transaction; `signed` shows them by whom."""
    row = Notice.objects.create(
        user=person,
        kind=kind,
        text=text,
        action=action or "",
        room=room,
        until=until,
        by=by.user,
        by_shown=signed,
    )
    _show(row)
    return row


def tell_of_sanction(
    *, by: Actor, action: Action, person: User, room: Room | None, reason: str, until: datetime | None = None
) -> None:
    """Tell a person what was done to them; not where that would tell them of a room they never knew of."""
    if room is None or room.kind == Room.Kind.PUBLIC or has_been_in(room, person):
        kind = Notice.Kind.SANCTION
        give_notice(by=by, person=person, kind=kind, text=reason, action=action, room=room, until=until)


def take_back(*, person: User, action: Action, room: Room | None) -> None:
    """Put aside, in the caller's transaction, what a person has not yet seen of a measure that holds no longer."""
    waiting = Notice.objects.filter(user=person, action=action, room=room, seen_at=None)
    for row in waiting.select_for_update(no_key=True, of=("self",)).select_related("room", "by").order_by("pk"):
        _put_aside(row)


def has_been_in(room: Room, person: User) -> bool:
    return Membership.objects.filter(room=room, user=person).exists()


def mark_seen(*, user: User, notice_id: int) -> None:
    """Put a notice aside, on all screens of the person. Raises `Refused` with `not_found` for those of others."""
    with transaction.atomic():
        mine = Notice.objects.select_for_update(no_key=True, of=("self",)).select_related("room", "by")
        row = mine.filter(pk=notice_id, user=user).first()
        if row is None:
            raise not_found("notice")
        if row.seen_at is None:
            _put_aside(row)


def _put_aside(row: Notice) -> None:
    row.seen_at = timezone.now()
    row.save(update_fields=["seen_at"])
    _show(*histories.as_called_then(row.user, [row]))


def _show(row: Notice) -> None:
    announce.tell(row.user_id, protocol_moderation.NoticeGiven(notice=encoding.notice(row)))
