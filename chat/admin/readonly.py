"""What all pages of the desk have in common."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.paginator import Paginator
from django.db.models import Max, Model, QuerySet
from django.forms import Media
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property

from chat import ranks
from chat.models import Membership, User

from .site import desk


class BoundedPaginator(Paginator):  # type: ignore[type-arg]  # takes no parameter when the program runs
    """Counts 5,000 rows and no further: all of a million messages take longer than a page of them.

    What lies beyond is found by filters and search.
    """

    MOST = 5_000

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        counted: int = rows.order_by()[: self.MOST].count()
        return counted


class BoundedList(ChangeList):
    """Looks for what no index finds, words above all, among the newest rows alone, and says so on the page."""

    WINDOW = 50_000
    model_admin: "ReadOnlyAdmin"
    windowed = False
    whole: QuerySet[Any]  # all that is found; for files, which may take their time

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        self.whole = super().get_queryset(request, exclude_parameters)
        asked = {name.split("__", maxsplit=1)[0] for name in self.filter_params}
        searched = bool(self.query) and not self.model_admin.searches_all
        if not searched and asked.isdisjoint(self.model_admin.unindexed):
            return self.whole
        top = self.model._default_manager.aggregate(top=Max("pk"))["top"] or 0
        self.windowed = top > self.WINDOW
        # By ids, as they are cut: along another index SQLite would look at all rows before them.
        return self.whole.filter(pk__gt=top - self.WINDOW).order_by("-pk")


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # takes no parameter when the program runs
    """To look at. What the admin would write bypasses permissions, ticks and announcements."""

    heading: Any = ""
    actions = None
    paginator = BoundedPaginator
    unindexed: Sequence[str] = ()  # filters by what would take reading the table
    searches_all = False
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    sortable_by = ()  # by what has no index it takes as long as the table
    list_per_page = 50
    list_max_show_all = 0
    change_list_template = "admin/desk_list.html"
    change_form_template = "admin/desk_form.html"

    @property
    def media(self) -> Media:
        picking: Media = AutocompleteSelect(Membership._meta.get_field("user"), desk).media
        return super().media + picking

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return ranks.moderates_site(member(request))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return ranks.moderates_site(member(request))

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def get_changelist(self, request: HttpRequest, **_options: Any) -> type[ChangeList]:
        return BoundedList

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """By the page's own filters alone. Django lets everybody ask for any column, those not shown included."""
        filters = self.get_list_filter(request) if request else self.list_filter
        names = {getattr(each, "parameter_name", each if isinstance(each, str) else "") for each in filters}
        return lookup.split("__", maxsplit=1)[0] in names

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": self.heading, **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {"heading": self.heading, "title": self.heading, "subtitle": "", **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)


def member(request: HttpRequest) -> User:
    """Who looks. The desk lets nobody in who is not signed in."""
    assert isinstance(request.user, User), "the desk has no page for strangers"
    return request.user
