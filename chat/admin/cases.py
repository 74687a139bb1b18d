"""The queue of reports, and the page of one with the message, what is around it, and what may be done."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.contrib.admin.views.main import ChangeList
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from chat.actions.moderation import looking
from chat.casework import casefile, listing
from chat.casework.casefile import CaseFile
from chat.casework.visibility import RELATED, visible_to
from chat.errors import Refused
from chat.models import Case, ModerationAction, Report

from .acting import ActingAdmin, actor_of
from .case_acts import ACTS
from .filters import picked
from .readonly import BoundedList, member
from .site import desk

UNDECIDED = "undecided"


class StateFilter(SimpleListFilter):
    """What waits, unless another state is asked for."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(UNDECIDED, _("Undecided")), *Case.State.choices]

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        for value, words in self.lookup_choices:
            query = changelist.get_query_string({self.parameter_name: value})
            yield {"selected": value == (self.value() or UNDECIDED), "query_string": query, "display": words}

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Case]:
        state = self.value() or UNDECIDED
        cases: QuerySet[Case] = queryset
        return cases.filter(state__in=Case.UNDECIDED if state == UNDECIDED else [state])


class CategoryFilter(SimpleListFilter):
    title = _("category")
    parameter_name = "category"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(Report.Category.choices)

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Case]:
        cases: QuerySet[Case] = queryset
        if self.value() is None:
            return cases
        return cases.filter(Exists(Report.objects.filter(case=OuterRef("pk"), category=self.value())))


class Queue(BoundedList):
    def get_results(self, request: HttpRequest) -> None:
        """A page of ids first, then all they refer to, as in `listing`: else the rule is asked of all rows."""
        super().get_results(request)
        found: list[int] = [case.pk for case in self.result_list]
        rows = Case.objects.select_related(*RELATED).in_bulk(found)
        cases = [rows[key] for key in found if key in rows]
        for case, seen in zip(cases, listing.seen(member(request), cases), strict=True):
            case.seen = seen  # type: ignore[attr-defined]
        self.result_list = cases


@admin.register(Case, site=desk)
class CaseAdmin(ActingAdmin):
    heading = _("Reports")
    list_display = ("what", "person_shown", "place", "why", "state", "assignee_shown", "opened_at")
    list_filter = (
        StateFilter,
        CategoryFilter,
        picked("room", _("room")),
        picked("assignee", _("moderator")),
        "hidden",
    )
    unindexed = ("category", "hidden")
    list_select_related = False
    search_fields = ("message__author__username", "message__author__name", "person__username", "person__name")
    ordering = ("-opened_at", "-pk")
    acts = ACTS
    back_to_list = True
    related = RELATED

    def get_queryset(self, request: HttpRequest) -> QuerySet[Case]:
        return visible_to(member(request)).order_by(*self.ordering)

    def named(self, row: Case) -> str:
        """Without words: a look into a private room is made on the report's own page."""
        about = (_("Report %(number)d") % {"number": row.pk}, listing.subject_of(row), row.room)
        return " · ".join(str(each) for each in about if each)

    def get_changelist(self, request: HttpRequest, **_options: Any) -> type[ChangeList]:
        return Queue

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Whoever is not in a private room opens it by this page, and that is on the record."""
        if request.method not in ("GET", "HEAD") or not object_id.isdecimal() or len(object_id) > 18:
            raise Http404
        try:
            opened = looking.look(by=actor_of(request), case_id=int(object_id))
        except Refused:
            raise Http404 from None
        row = self.get_queryset(request).select_related(*RELATED).get(pk=opened.case.id)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "heading": self.heading,
            "title": _("Report %(number)d") % {"number": row.pk},
            "row": row,
            "case": opened.case,
            "said": _said(opened),
            "reports": _reports(row),
            "about": opened.case.person.name or opened.case.person.username,
            "acts_before": _named(ModerationAction.Action.choices, opened.history.acts),
            "cases_before": _named(Case.State.choices, opened.history.cases),
            "acts": self.buttons(request, row),
            "media": self.media,
        }
        return TemplateResponse(request, "admin/case.html", context)

    @admin.display(description=_("what"))
    def what(self, case: Any) -> str:
        if case.seen.message is None:
            return str(_("the person"))
        return case.seen.message.excerpt or str(_("a message in a private room"))

    @admin.display(description=_("about"))
    def person_shown(self, case: Any) -> str:
        return str(case.seen.person.name or case.seen.person.username)

    @admin.display(description=_("where"))
    def place(self, case: Any) -> str:
        return str(case.room or "")

    @admin.display(description=_("reports"))
    def why(self, case: Any) -> str:
        names = dict(Report.Category.choices)
        return format_html_join(", ", "{} × {}", ((n, names[key]) for key, n in case.seen.categories.items()))

    @admin.display(description=_("moderator"))
    def assignee_shown(self, case: Any) -> str:
        return str(case.assignee or "")


GONE = {
    "": _("deleted by its author"),
    "moderator": _("removed by a moderator"),
    "automatically": _("hidden automatically"),
}


def _said(opened: CaseFile) -> list[dict[str, Any]]:
    """The message with what is around it, in order."""
    if opened.message is None:
        return []
    return [
        {
            "author": message.author.name or message.author.username,
            "at": datetime.fromisoformat(message.sent_at),
            "message": message,
            "gone": GONE[message.removed] if message.deleted else "",
            "reported": message is opened.message,
        }
        for message in (*opened.before, opened.message, *opened.after)
    ]


def _reports(case: Case) -> QuerySet[Report]:
    return Report.objects.filter(case=case).select_related("reporter").order_by("-pk")[: casefile.REPORTS]


def _named(choices: Any, counts: dict[str, int]) -> list[tuple[Any, int]]:
    names = dict(choices)
    return [(names[key], count) for key, count in counts.items()]
