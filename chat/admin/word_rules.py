"""Word rules: added, changed and tried out."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chat import ranks, trying
from chat.actions.moderation import rules
from chat.actions.moderation.record import Actor
from chat.errors import Refused
from chat.models import Room, WordRule
from chat.models.word_rules import PATTERN_LENGTH
from chat.trying import Trial

from .acting import Act, ActingAdmin, actor_of, said
from .filters import picked
from .forms import ActForm
from .readonly import member
from .site import desk


class PatternForm(ActForm):
    pattern = forms.CharField(
        label=gettext_lazy("Pattern"),
        max_length=PATTERN_LENGTH,
        help_text=gettext_lazy("Literal words; * stands for any letters."),
    )


class RuleForm(PatternForm):
    """Of one rule, whose row it begins with."""

    mode = forms.ChoiceField(
        label=gettext_lazy("What happens"),
        choices=(
            ("block", gettext_lazy("Block the message")),
            ("hide", gettext_lazy("Hide it for review")),
            ("flag", gettext_lazy("Report it")),
        ),
    )
    note = forms.CharField(label=gettext_lazy("Note"), max_length=500, required=False)

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        for row in options["rows"]:
            self.initial = {"pattern": row.pattern, "mode": row.mode, "note": row.note}


class PlacedForm(ActForm):
    room = forms.ModelChoiceField(
        Room.objects.none(),
        label=gettext_lazy("Room"),
        required=False,
        widget=AutocompleteSelect(WordRule._meta.get_field("room"), desk),
        help_text=gettext_lazy("Empty: the whole site."),
    )


class NewRuleForm(RuleForm, PlacedForm):
    field_order = ("pattern", "mode", "room", "note")


class TrialForm(PatternForm, PlacedForm):
    field_order = ("pattern", "room")


def _change(by: Actor, rule: WordRule, found: dict[str, Any]) -> None:
    rules.change_rule(by=by, rule_id=rule.pk, **found)


def _switch_on(by: Actor, rule: WordRule, _found: dict[str, Any]) -> None:
    rules.change_rule(by=by, rule_id=rule.pk, active=True)


def _switch_off(by: Actor, rule: WordRule, _found: dict[str, Any]) -> None:
    rules.change_rule(by=by, rule_id=rule.pk, active=False)


def _remove(by: Actor, rule: WordRule, _found: dict[str, Any]) -> None:
    rules.remove_rule(by=by, rule_id=rule.pk)


@admin.register(WordRule, site=desk)
class WordRuleAdmin(ActingAdmin):
    heading = gettext_lazy("Word rules")
    list_display = ("pattern", "mode", "place", "active", "note", "created_by", "created_at")
    list_filter = (picked("room", gettext_lazy("room")), "mode", "active")
    unindexed = ("mode", "active")
    list_select_related = ("room", "created_by")
    search_fields = ("pattern", "note")
    ordering = ("-pk",)
    fields = list_display
    readonly_fields = ("place",)
    change_list_template = "admin/word_rules.html"
    back_to_list = True
    acts = (
        Act("change", gettext_lazy("Change"), _change, RuleForm, bulk=False),
        Act("on", gettext_lazy("Switch on"), _switch_on, applies=lambda rule: not rule.active),
        Act("off", gettext_lazy("Switch off"), _switch_off, applies=lambda rule: rule.active),
        Act("remove", gettext_lazy("Remove rule"), _remove),
    )

    def get_urls(self) -> list[URLPattern]:
        own = [
            path("new/", self.admin_site.admin_view(self.new), name="chat_wordrule_new"),
            path("try/", self.admin_site.admin_view(self.try_out), name="chat_wordrule_try"),
        ]
        return [*own, *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[WordRule]:
        in_view = ranks.in_view(member(request))
        return WordRule.objects.filter(Q(room=None) | in_view).order_by(*self.ordering)

    @admin.display(description=gettext_lazy("where"))
    def place(self, rule: WordRule) -> str:
        return str(rule.room or _("the whole site"))

    def new(self, request: HttpRequest) -> HttpResponse:
        form = NewRuleForm(request.POST if request.method == "POST" else None, user=member(request), rows=())
        if request.method == "POST" and form.is_valid():
            room = form.cleaned_data.pop("room")
            try:
                rules.add_rule(by=actor_of(request), room_id=room.pk if room else None, **form.cleaned_data)
            except Refused as refusal:
                form.add_error(None, said(refusal.message))
            else:
                messages.success(request, _("The rule holds from now on."))
                return redirect(self._list())
        return self._page_with(request, "admin/acting.html", form, title=_("Add a word rule"))

    def try_out(self, request: HttpRequest) -> HttpResponse:
        """A dry run. It changes nothing, so that the page can be asked for by GET."""
        form = TrialForm(request.GET or None, user=member(request), rows=())
        trial: Trial | None = None
        if form.is_bound and form.is_valid():
            room = form.cleaned_data["room"]
            try:
                pattern = form.cleaned_data["pattern"]
                trial = trying.try_rule(member(request), pattern, room_id=room.pk if room else None)
            except Refused as refusal:
                form.add_error(None, said(refusal.message))
        title = _("Try a word rule")
        return self._page_with(request, "admin/trial.html", form, title=title, trial=trial)

    def _page_with(self, request: HttpRequest, template: str, form: ActForm, **more: Any) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "heading": self.heading,
            "form": form,
            "media": self.media + form.media,
            **more,
        }
        return TemplateResponse(request, template, context)
