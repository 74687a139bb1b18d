"""Reporting a message or a person to the moderators. All reports of one thing gather in one open case."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from chat import access, announce
from chat.errors import Refused, not_found
from chat.models import Case, Message, Report, Room, Site, User
from chat.models.reports import NOTE_LENGTH
from chat.rendering import clean_text

from .hiding import hide
from .record import RULE, Action, Actor, Source, record

# Counted in the database, which knows the reports of all processes and of before a restart.
MOST, WITHIN = 20, timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Reported:
    report: Report
    new: bool


def report(
    *, by: User, category: str, note: str = "", message_id: int | None = None, person_id: int | None = None
) -> Reported:
    """Report a message that one may read, or a person. Whoever has reported it already changes their own report.

    Raises `Refused`: `invalid` unless it is one thing, of a known category, with a note that can be stored;
    `not_found` for what the person may not know of, `forbidden` for oneself and one's own messages, `conflict`
    for a deleted message that nobody has reported, `rate_limited` after 20 reports in an hour.
    """
    if (message_id is None) == (person_id is None):
        raise Refused("invalid", "A report is about a message or about a person.")
    if category not in Report.Category.values:
        raise Refused("invalid", "There is no such category.")
    note = checked_words(note)
    with transaction.atomic():
        message = None
        if message_id is not None:
            message = _lock_message(by, message_id)
            case = _case_of_message(message)
        else:
            assert person_id is not None
            case = _case_of_person(_lock_person(by, person_id))
        mine = Report.objects.filter(case=case, reporter=by).first() if case.pk else None
        if mine is not None:
            _change(mine, category, note)
            return Reported(mine, new=False)
        _require_pace(by)
        if not case.pk:
            case.save()
            announce.cases_changed()
        mine = Report.objects.create(case=case, reporter=by, category=category, note=note)
        _record(case, mine, message)
        if message is not None:
            _hide_if_enough(case, message)
    return Reported(mine, new=True)


def checked_words(text: str) -> str:
    """A reporter's note, or a moderator's answer: at most 1,000 characters. Raises `Refused` with `invalid`."""
    text = text.strip()
    if len(text) > NOTE_LENGTH:
        raise Refused("invalid", f"This text has at most {NOTE_LENGTH} characters.")
    try:
        return clean_text(text)
    except ValueError as error:
        raise Refused("invalid", str(error)) from None


def _lock_message(by: User, message_id: int) -> Message:
    """Under the room's lock two first reports do not both open a case, and the message is hidden once."""
    seen = access.readable_message(by, message_id)
    Room.objects.lock([seen.room_id])
    # Again: someone removed a moment ago cannot slip in.
    access.readable_message(by, message_id)
    message = Message.objects.select_related("author", "room", "reply_to__author").get(pk=message_id)
    if message.author_id == by.pk:
        raise Refused("forbidden", "Nobody reports their own message.")
    return message


def _case_of_message(message: Message) -> Case:
    case = Case.objects.undecided().filter(message=message).first()
    if case is None and message.deleted:
        raise Refused("conflict", "This message was deleted.")
    return case or Case(message=message, room=message.room)


def _lock_person(by: User, person_id: int) -> User:
    person = User.objects.select_for_update(no_key=True).filter(pk=person_id, is_active=True).first()
    if person is None:
        raise not_found("person")
    if person.pk == by.pk:
        raise Refused("forbidden", "Nobody reports themselves.")
    return person


def _case_of_person(person: User) -> Case:
    return Case.objects.undecided().filter(person=person).first() or Case(person=person)


def _change(mine: Report, category: str, note: str) -> None:
    if (mine.category, mine.note) != (category, note):
        mine.category, mine.note = category, note
        mine.save(update_fields=["category", "note"])


def _require_pace(by: User) -> None:
    """Two at the same moment may both be the twentieth: no harm is done by one more."""
    if not settings.RATE_LIMITS:
        return
    now = timezone.now()
    lately = Report.objects.filter(reporter=by, created_at__gt=now - WITHIN).order_by("-created_at")
    times = list(lately.values_list("created_at", flat=True)[:MOST])
    if len(times) == MOST:
        wait = (times[-1] + WITHIN - now).total_seconds()
        raise Refused("rate_limited", "You have reported enough for the moment.", max(1.0, round(wait, 1)))


def _record(case: Case, mine: Report, message: Message | None) -> None:
    """Without the reporter, whom the report names: the person it is about may be one who reads the record."""
    record(
        by=Actor(None, Source.ROOM),
        action=Action.REPORT,
        person=message.author if message else case.person,
        room=message.room if message else None,
        message=message,
        after={"report": case.pk, "category": mine.category},
    )


def _hide_if_enough(case: Case, message: Message) -> None:
    """Once a case: what a moderator has shown again stays, whoever else reports it.

    So does what they have dismissed, in the cases after that, unless its author has put other words in it since.
    """
    enough = Site.load().reports_to_hide
    if not enough or case.hidden or message.deleted or _was_found_harmless(message):
        return
    reporters = Report.objects.filter(case=case).count()
    if reporters >= enough:
        hide(by=RULE, message=message, reason=f"Reported by {reporters} people.")
        case.hidden = True
        case.save(update_fields=["hidden"])


def _was_found_harmless(message: Message) -> bool:
    since = message.edited_at or message.sent_at
    return Case.objects.filter(message=message, state=Case.State.DISMISSED, decided_at__gte=since).exists()
