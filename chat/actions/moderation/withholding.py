"""What follows when a rule applies: a line on the record, a case for the moderators, and a message put aside.

For whole batches, in a constant number of statements, in the transaction that stores the messages and under the
locks of their rooms.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chat import announce
from chat.limits import floods
from chat.models import Case, Message, ModerationAction, Removal, Room, User, WordRule

from .record import RULE, Action, entry

if TYPE_CHECKING:
    from chat.actions.screening import Hit


@dataclass(slots=True)
class Caught:
    """A message that a rule hides or flags; `mentions` are of the words that are hidden."""

    message: Message
    room: Room
    hit: "Hit"
    mentions: Sequence[int] = ()

    @property
    def hides(self) -> bool:
        return self.hit.mode == WordRule.Mode.HIDE


@dataclass(frozen=True, slots=True)
class Blocked:
    author: User
    room: Room
    hit: "Hit"


def put_aside(caught: Caught) -> Removal:
    """Empty the message before it is stored, so that its words never leave: they wait in the removal."""
    message = caught.message
    removal = Removal(
        message=message,
        text=message.text,
        html=message.html,
        everyone=message.everyone,
        pinned=message.pinned,
        mentions=list(caught.mentions),
        reason=caught.hit.reason,
    )
    message.deleted, message.pinned, message.everyone = True, False, False
    message.text = message.html = ""
    return removal


def open_cases(caught: Sequence[Caught], removals: Sequence[Removal]) -> None:
    """Once the messages are stored. `removals` are those of the hidden ones, with their messages."""
    if not caught:
        return
    for removal in removals:
        removal.message = removal.message  # its key was not known when they were made
    Removal.objects.bulk_create(removals)
    hidden = [each.message for each in caught if each.hides]
    # A message that is edited may have been reported before: its case goes on.
    Case.objects.undecided().filter(message__in=hidden).update(hidden=True)
    Case.objects.bulk_create(
        [Case(message=each.message, room=each.room, hidden=each.hides) for each in caught], ignore_conflicts=True
    )
    ModerationAction.objects.bulk_create(
        _line(each.message.author, each.room, each.hit, each.message) for each in caught
    )
    announce.cases_changed()


def record_blocked(blocked: Sequence[Blocked]) -> None:
    """Who tries again and again is on the record once a minute for each rule."""
    ModerationAction.objects.bulk_create(
        _line(each.author, each.room, each.hit)
        for each in blocked
        if floods.first_this_minute(each.author.pk, each.room.pk, each.hit.rule)
    )


def _line(person: User, room: Room, hit: "Hit", message: Message | None = None) -> ModerationAction:
    after = {"mode": hit.mode, "rule": hit.rule} | ({"pattern": hit.pattern} if hit.pattern else {})
    return entry(by=RULE, action=Action.RULE_HIT, person=person, room=room, message=message, after=after)
