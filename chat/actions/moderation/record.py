"""The record of what moderators and rules do: written in the transaction of the act, and never changed."""

from collections.abc import Mapping
from dataclasses import dataclass

from chat import announce, protocol_moderation, ranks
from chat.errors import Refused
from chat.histories import UNTOLD
from chat.models import Message, ModerationAction, Room, User
from chat.models.sanctions import REASON_LENGTH
from chat.rendering import clean_text

Action = ModerationAction.Action
Source = ModerationAction.Source


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts (None: a rule, or the command line), through which door, and from which address."""

    user: User | None
    source: str = Source.ROOM
    address: str = ""


RULE = Actor(None, Source.RULE)


def record(
    *,
    by: Actor,
    action: Action,
    person: User | None = None,
    room: Room | None = None,
    message: Message | None = None,
    reason: str = "",
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> ModerationAction:
    """Add to the record, in the caller's transaction, what was done. Times in `before` and `after` as text."""
    row = entry(
        by=by,
        action=action,
        person=person,
        room=room,
        message=message,
        reason=reason,
        before=before,
        after=after,
    )
    row.save()
    if room is not None and action not in UNTOLD:
        # Whoever has the room's record on screen reads it again.
        announce.tell_all(ranks.moderators_of(room), protocol_moderation.Recorded(room=room.pk))
    return row


def entry(
    *,
    by: Actor,
    action: Action,
    person: User | None = None,
    room: Room | None = None,
    message: Message | None = None,
    reason: str = "",
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> ModerationAction:
    """A row for the record that is not saved yet: for those who add many at once."""
    return ModerationAction(
        action=action,
        actor=by.user,
        actor_name=by.user.display_name if by.user else "",
        person=person,
        person_name=person.display_name if person else "",
        room=room,
        room_name=str(room) if room else "",
        message=message,
        reason=reason,
        before=before or {},
        after=after or {},
        source=by.source,
        address=by.address,
    )


def checked_reason(text: str, *, needed: bool = True) -> str:
    """The reason as it is stored: one line of at most 500 characters. Raises `Refused` with `invalid`.

    Whatever takes something from a person for longer than a moment needs one: warnings, mutes and bans of the
    site, bans from a room, purges, closed accounts, and looks into private rooms. What takes one press and can be
    undone with the next (a mute in a room, a lock, slow mode, a pin) and what gives back may go without.
    """
    text = " ".join(text.split())
    if needed and not text:
        raise Refused("invalid", "This needs a reason.")
    if len(text) > REASON_LENGTH:
        raise Refused("invalid", f"A reason has at most {REASON_LENGTH} characters.")
    try:
        return clean_text(text)
    except ValueError as error:
        raise Refused("invalid", str(error)) from None
