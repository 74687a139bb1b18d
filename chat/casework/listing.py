"""The queue: the cases that wait for a moderator, and those that were decided, the newest first."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db.models import Count, Max, Q
from msgspec import Struct

from chat import encoding, protocol
from chat.errors import Refused, not_found
from chat.models import Case, Membership, Message, Removal, Report, Room, User
from chat.models.reports import CaseQuerySet
from chat.ranks import Rank, rank
from chat.rendering import excerpt

from .visibility import RELATED, about, visible_to

PAGE = 50
UNDECIDED = "undecided"


class CaseRoom(Struct):
    id: int
    kind: str
    name: str


class CaseMessage(Struct):
    id: int
    tick: int
    deleted: bool
    excerpt: str  # empty where a look is to be recorded


class CaseSeen(Struct):
    id: int
    state: str
    person: protocol.User  # whom it is about: the author of the message, if it is about one
    room: CaseRoom | None
    message: CaseMessage | None
    hidden: bool
    sealed: bool  # in a room that the moderator is not in: to open it is recorded
    reporters: int
    categories: dict[str, int]
    newest: str  # when the last one reported
    opened_at: str
    assignee: protocol.User | None
    decided_at: str | None
    decided_by: protocol.User | None
    outcome: str


class CasePage(Struct):
    cases: list[CaseSeen]
    more: bool


def listing(
    user: User,
    *,
    state: str = UNDECIDED,
    room_id: int | None = None,
    assignee_id: int | None = None,
    person_id: int | None = None,
    after: int | None = None,
) -> CasePage:
    """A page of the cases a moderator may decide, those opened before the case `after`. A constant number of
    queries.

    `person_id` is whom they are about. Raises `Refused` with `forbidden` for those who moderate nothing, and
    with `not_found` if there is no case `after`.
    """
    require_moderates_something(user)
    cases = visible_to(user)
    cases = cases.undecided() if state == UNDECIDED else cases.filter(state=state)
    for field, value in (("room", room_id), ("assignee", assignee_id)):
        if value is not None:
            cases = cases.filter(**{field: value})
    if person_id is not None:
        cases = cases.filter(about(person_id))
    if after is not None:
        cases = _older(cases, after)
    # First which, along the index of the queue, then those with all they refer to: else the rule is asked of all.
    found = list(cases.order_by("-opened_at", "-pk").values_list("pk", flat=True)[: PAGE + 1])
    rows = Case.objects.select_related(*RELATED).in_bulk(found[:PAGE])
    return CasePage(cases=seen(user, [rows[key] for key in found[:PAGE] if key in rows]), more=len(found) > PAGE)


def _older(cases: CaseQuerySet, after: int) -> CaseQuerySet:
    edge = Case.objects.filter(pk=after).values_list("opened_at", flat=True).first()
    if edge is None:
        raise not_found("report")
    return cases.filter(Q(opened_at__lt=edge) | Q(pk__lt=after), opened_at__lte=edge)


def require_moderates_something(user: User) -> None:
    if not moderates_something(user):
        raise Refused("forbidden", "Only moderators can do this.")


def moderates_something(user: User) -> bool:
    rooms = Membership.objects.filter(user=user, left=False).exclude(role=Membership.Role.MEMBER)
    return rank(user) >= Rank.SITE_MODERATOR or rooms.exclude(room__kind=Room.Kind.DIRECT).exists()


def seen(user: User | None, cases: Sequence[Case]) -> list[CaseSeen]:
    """Cases as a moderator sees them, read with `RELATED`. Two queries for any number."""
    private = [case.room_id for case in cases if case.room and case.room.kind != Room.Kind.PUBLIC]
    own = set(Membership.objects.filter(user=user, room__in=private, left=False).values_list("room_id", flat=True))
    reports: dict[int, list[tuple[str, int, datetime]]] = defaultdict(list)
    rows = Report.objects.filter(case__in=[case.pk for case in cases]).order_by().values_list("case", "category")
    for case_id, category, number, newest in rows.annotate(Count("pk"), Max("created_at")):
        reports[case_id].append((category, number, newest))
    return [_seen(case, sealed=case.room_id in set(private) - own, reports=reports[case.pk]) for case in cases]


def _seen(case: Case, *, sealed: bool, reports: list[tuple[str, int, datetime]]) -> CaseSeen:
    return CaseSeen(
        id=case.pk,
        state=case.state,
        person=encoding.user(subject_of(case)),
        room=CaseRoom(id=case.room.pk, kind=case.room.kind, name=case.room.name) if case.room else None,
        message=_message(case.message, sealed=sealed) if case.message else None,
        hidden=case.hidden,
        sealed=sealed,
        reporters=sum(number for _, number, _ in reports),
        categories={category: number for category, number, _ in sorted(reports)},
        newest=encoding.stamp(max((newest for _, _, newest in reports), default=case.opened_at)),
        opened_at=encoding.stamp(case.opened_at),
        assignee=encoding.user(case.assignee) if case.assignee else None,
        decided_at=encoding.stamp(case.decided_at) if case.decided_at else None,
        decided_by=encoding.user(case.decided_by) if case.decided_by else None,
        outcome=case.outcome,
    )


def _message(row: Message, *, sealed: bool) -> CaseMessage:
    removal = removal_of(row)
    words = removal.text if removal else row.text
    return CaseMessage(id=row.pk, tick=row.tick, deleted=row.deleted, excerpt="" if sealed else excerpt(words))


def subject_of(case: Case) -> User:
    """Whom a case is about."""
    person = case.message.author if case.message else case.person
    assert person is not None, "a case is about one thing, by its constraint"
    return person


def removal_of(message: Message) -> Removal | None:
    return getattr(message, "removal", None)
