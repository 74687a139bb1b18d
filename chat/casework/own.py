"""What became of a person's own reports."""

from msgspec import Struct

from chat import encoding, protocol
from chat.models import Report, User

PAGE = 50


class OwnReport(Struct):
    id: int
    message: int | None
    person: protocol.User | None
    category: str
    note: str
    created_at: str
    state: str
    outcome: str


class OwnReports(Struct):
    reports: list[OwnReport]
    more: bool


def reports_by(user: User, *, after: int | None = None) -> OwnReports:
    """The newest first, those older than the report `after`. Who else reported is nobody's business."""
    rows = Report.objects.filter(reporter=user).select_related("case__person").order_by("-pk")
    if after is not None:
        rows = rows.filter(pk__lt=after)
    found = list(rows[: PAGE + 1])
    return OwnReports(reports=[own_report(row) for row in found[:PAGE]], more=len(found) > PAGE)


def own_report(row: Report) -> OwnReport:
    case = row.case
    return OwnReport(
        id=row.pk,
        message=case.message_id,
        person=encoding.user(case.person) if case.person else None,
        category=row.category,
        note=row.note,
        created_at=encoding.stamp(row.created_at),
        state=case.state,
        outcome=case.outcome,
    )
