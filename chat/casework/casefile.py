"""One case with all that a moderator needs to decide it, and nothing else of a room they are not in."""

from django.db.models import Count
from msgspec import Struct

from chat import encoding, protocol
from chat.models import Case, Message, ModerationAction, Report, Room, User
from chat.ranks import moderates_site

from .listing import CaseSeen, removal_of, seen, subject_of
from .visibility import about, visible_to

CONTEXT = 3  # messages before, and as many after
REPORTS = 100


class ReportSeen(Struct):
    id: int
    reporter: protocol.User
    category: str
    note: str
    created_at: str
    told_at: str | None


class PersonHistory(Struct):
    """What is on record about the person: in the room, for those who moderate no more than that."""

    acts: dict[str, int]  # by kind of action
    cases: dict[str, int]  # by state


class CaseFile(Struct):
    case: CaseSeen
    reports: list[ReportSeen]  # the newest 100
    message: protocol.Message | None  # with the words of one that is hidden or removed
    before: list[protocol.Message]
    after: list[protocol.Message]
    history: PersonHistory


def opened(user: User | None, case: Case) -> CaseFile:
    """A case from `visibility.case_for`, opened. A constant number of queries.

    Of a direct room that the moderator is not in it shows the reported message alone, without what it answers.
    """
    [summary] = seen(user, [case])
    message, before, after = None, list[protocol.Message](), list[protocol.Message]()
    if case.message is not None and case.room is not None:
        alone = summary.sealed and case.room.kind == Room.Kind.DIRECT
        message, before, after = _in_context(case.message, alone=alone)
    return CaseFile(
        case=summary,
        reports=_reports(case),
        message=message,
        before=before,
        after=after,
        history=_history(user, case),
    )


def _in_context(
    reported: Message, *, alone: bool
) -> tuple[protocol.Message, list[protocol.Message], list[protocol.Message]]:
    room = Message.objects.filter(room=reported.room_id).select_related("author", "reply_to__author")
    before: list[Message] = []
    after: list[Message] = []
    if not alone:
        before = list(room.filter(tick__lt=reported.tick).order_by("-tick")[:CONTEXT])[::-1]
        after = list(room.filter(tick__gt=reported.tick).order_by("tick")[:CONTEXT])
    row = room.get(pk=reported.pk)
    removal = removal_of(reported)
    if removal is not None:
        # A tombstone to all others.
        row.deleted, row.text, row.html = False, removal.text, removal.html
    encoded = encoding.messages([*before, row, *after])
    message = encoded[len(before)]
    message.deleted, message.removed = reported.deleted, encoding.removed(reported)
    if alone:
        message.reply_to = None
    return message, encoded[: len(before)], encoded[len(before) + 1 :]


def _reports(case: Case) -> list[ReportSeen]:
    rows = Report.objects.filter(case=case).select_related("reporter").order_by("-pk")[:REPORTS]
    return [
        ReportSeen(
            id=row.pk,
            reporter=encoding.user(row.reporter),
            category=row.category,
            note=row.note,
            created_at=encoding.stamp(row.created_at),
            told_at=encoding.stamp(row.told_at) if row.told_at else None,
        )
        for row in rows
    ]


def _history(user: User | None, case: Case) -> PersonHistory:
    person = subject_of(case)
    about_reports = ("report", "assign", "resolve", "dismiss", "look")
    acts = ModerationAction.objects.filter(person=person).exclude(action__in=about_reports)
    cases = visible_to(user).filter(about(person.pk)).exclude(pk=case.pk)
    if not moderates_site(user):
        acts = acts.filter(room=case.room_id)
        cases = cases.filter(room=case.room_id)
    return PersonHistory(
        acts=dict(acts.values_list("action").annotate(Count("pk")).order_by("action")),
        cases=dict(cases.values_list("state").annotate(Count("pk")).order_by("state")),
    )
