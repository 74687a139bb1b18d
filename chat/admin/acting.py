"""Acts on rows of the desk: as buttons on a row's own page, and in bulk from its list.

An act with a form has a page that asks for reason and duration. One without is done by one press. Either way the
site's actions do it, which ask again who may, write the record and tell every process.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Model, QuerySet
from django.forms import Media
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from chat.actions.moderation.record import Actor, Source
from chat.api.actors import address_of
from chat.errors import Refused
from chat.models import User
from chat.views.app import catalog

from .forms import ActForm
from .readonly import ReadOnlyAdmin, member

MOST = 100  # rows at once


@dataclass(frozen=True)
class Act:
    """`run` gets the actor, a row and what the form found; `label` says what is done, as an imperative."""

    name: str
    label: Any
    run: Callable[[Actor, Any, dict[str, Any]], object]
    form: type[ActForm] | None = None
    applies: Callable[[Any], bool] = lambda _row: True  # to a row, on whose page it is offered
    allowed: Callable[[User], bool] = lambda _user: True
    bulk: bool = True


class ActingAdmin(ReadOnlyAdmin):
    acts: Sequence[Act] = ()
    back_to_list = False  # after an act, even one on a single row
    related: Sequence[str] = ()  # what `named` reads besides the row

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_act"
        return [path("act/<slug:name>/", self.admin_site.admin_view(self.act), name=name), *super().get_urls()]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {
            act.name: (partial(_from_list, act=act), act.name, act.label)
            for act in self.acts
            if act.bulk and act.allowed(member(request))
        }

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        offered = self.buttons(request, row) if row is not None else []
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "acts": offered})

    def buttons(self, request: HttpRequest, row: Model) -> list[dict[str, Any]]:
        """What a row's own page offers to do with it."""
        return [
            {"label": act.label, "url": self._address(act, [row.pk]), "asks": act.form is not None}
            for act in self.acts
            if act.allowed(member(request)) and act.applies(row)
        ]

    def act(self, request: HttpRequest, name: str) -> HttpResponse:
        """The page that asks for reason and duration; POST acts."""
        act = next((act for act in self.acts if act.name == name and act.allowed(member(request))), None)
        if act is None:
            raise Http404
        rows = self._chosen(request)
        if not rows:
            messages.warning(request, _("There is nothing here to act on any more."))
            return redirect(self._list())
        posted = request.POST if request.method == "POST" else None
        form = act.form(posted, user=member(request), rows=rows) if act.form else None
        if request.method == "POST" and (form is None or form.is_valid()):
            self.carry_out(request, act, rows, form.cleaned_data if form else {})
            return redirect(self._list() if len(rows) > 1 or self.back_to_list else self._page(rows[0]))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "heading": self.heading,
            "title": act.label,
            "rows": [self.named(row) for row in rows],
            "form": form,
            "media": self.media + (form.media if form else Media()),
        }
        return TemplateResponse(request, "admin/acting.html", context)

    def carry_out(self, request: HttpRequest, act: Act, rows: Sequence[Any], found: dict[str, Any]) -> None:
        """Each row by itself: what is refused of one leaves the others done, and is said."""
        by = actor_of(request)
        refused: dict[str, list[str]] = defaultdict(list)
        for row in rows:
            try:
                act.run(by, row, found)
            except Refused as refusal:
                refused[refusal.message].append(self.named(row))
        for message, names in refused.items():
            messages.error(request, f"{', '.join(names)}: {said(message)}")
        done = len(rows) - sum(map(len, refused.values()))
        if done:
            words = {"act": act.label, "count": done}
            messages.success(request, ngettext("%(act)s: done.", "%(act)s: %(count)d done.", done) % words)

    def named(self, row: Any) -> str:
        """What a row is called where it is acted on."""
        return str(row)

    def of_ids(self, request: HttpRequest, ids: Sequence[int]) -> list[Any]:
        rows = self.get_queryset(request).filter(pk__in=ids).order_by("pk")
        return list(rows.select_related(*self.related) if self.related else rows)

    def _chosen(self, request: HttpRequest) -> list[Any]:
        """Only what the person's own list could show."""
        ids = [int(each) for each in request.GET.get("ids", "").split(",") if each.isdecimal() and len(each) < 19]
        return self.of_ids(request, ids[:MOST])

    def _address(self, act: Act, ids: Sequence[int]) -> str:
        address = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_act", args=[act.name])
        return f"{address}?{urlencode({'ids': ','.join(map(str, ids))}, safe=',')}"

    def _list(self) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")

    def _page(self, row: Model) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[row.pk])


def said(message: str) -> str:
    """A refusal in the reader's language. Its words are in the client's catalog, which tells it as well."""
    return str(catalog(get_language() or "").get(message, message))


def actor_of(request: HttpRequest) -> Actor:
    return Actor(member(request), Source.ADMIN, address_of(request))


def _from_list(page: ActingAdmin, request: HttpRequest, chosen: QuerySet[Any], *, act: Act) -> HttpResponse | None:
    """Django's action of a list: on to the page that asks, or done at once."""
    ids = list(chosen.order_by().values_list("pk", flat=True)[: MOST + 1])
    if len(ids) > MOST:
        messages.error(request, _("At most %(most)d at once.") % {"most": MOST})
        return None
    if act.form is not None:
        return redirect(page._address(act, sorted(ids)))
    page.carry_out(request, act, page.of_ids(request, ids), {})
    return None
