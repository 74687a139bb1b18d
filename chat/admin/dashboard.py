"""The first page: how many reports wait, what was done lately, and how much goes on."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Q
from django.db.models.base import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from chat.casework.visibility import visible_to
from chat.models import Case, Message, ModerationAction, Report, User

DAYS = 14
LATEST = 10
# Messages have no index by time. So many ids, the newest, bound what a chart costs, however large the site.
WINDOW = 50_000
# Of the drawing, in its own units.
STEP, BAR, HEIGHT = 20, 14, 80


@dataclass(frozen=True, slots=True)
class Bar:
    x: int
    y: int
    height: int
    day: datetime
    count: int


@dataclass(frozen=True, slots=True)
class Chart:
    title: str
    bars: list[Bar]
    most: int
    complete: bool  # otherwise the first days hold less than there was

    @property
    def total(self) -> int:
        return sum(bar.count for bar in self.bars)


def of(user: User) -> dict[str, Any]:
    """What the first page shows to a moderator. A constant number of queries."""
    waiting = visible_to(user).undecided()
    by_state = dict(waiting.values_list("state").annotate(Count("pk")).order_by())
    return {
        "numbers": {
            "open": by_state.get(Case.State.OPEN, 0),
            "in_progress": by_state.get(Case.State.IN_PROGRESS, 0),
            "mine": waiting.filter(assignee=user).count(),
        },
        "latest": list(ModerationAction.objects.order_by("-at", "-pk")[:LATEST]),
        "charts": [
            chart(_("Messages"), Message, "sent_at"),
            chart(_("Reports"), Report, "created_at"),
            chart(_("Moderation"), ModerationAction, "at"),
        ],
        "drawing": {"width": DAYS * STEP, "height": HEIGHT, "bar": BAR},
    }


def chart(title: str, model: type[Model], field: str) -> Chart:
    """Rows of each of the last 14 days, today's included, in the viewer's time zone. Three queries."""
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    days = [today - timedelta(days=ago) for ago in reversed(range(DAYS))]
    ends = [*days[1:], today + timedelta(days=1)]
    rows: Any = model._default_manager.all()
    top = rows.aggregate(top=Max("pk"))["top"] or 0
    older = rows.filter(pk__lte=top - WINDOW).exists()
    counts = rows.filter(pk__gt=top - WINDOW).aggregate(
        **{
            f"day_{number}": Count("pk", filter=Q(**{f"{field}__gte": start, f"{field}__lt": end}))
            for number, (start, end) in enumerate(zip(days, ends, strict=True))
        },
        before=Count("pk", filter=Q(**{f"{field}__lt": days[0]})),
    )
    numbers = [counts[f"day_{number}"] for number in range(DAYS)]
    most = max(numbers)
    bars = [_bar(place, day, number, most) for place, (day, number) in enumerate(zip(days, numbers, strict=True))]
    return Chart(title, bars, most, complete=not older or counts["before"] > 0)


def _bar(place: int, day: datetime, count: int, most: int) -> Bar:
    # One message among a thousand is still seen.
    height = max(round(HEIGHT * count / most), 2) if count else 0
    return Bar(x=place * STEP + (STEP - BAR) // 2, y=HEIGHT - height, height=height, day=day, count=count)
