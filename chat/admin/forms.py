"""What the page of an act asks for."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat import ranks
from chat.models import Room, Sanction, User
from chat.models.notices import TEXT_LENGTH
from chat.models.reports import NOTE_LENGTH
from chat.models.sanctions import REASON_LENGTH

from .site import desk

MINUTE, HOUR, DAY = 1, 60, 24 * 60
MUTES = [
    (10 * MINUTE, _("10 minutes")),
    (HOUR, _("1 hour")),
    (8 * HOUR, _("8 hours")),
    (DAY, _("1 day")),
    (7 * DAY, _("7 days")),
    (30 * DAY, _("30 days")),
]
BANS = [(DAY, _("1 day")), (7 * DAY, _("7 days")), (30 * DAY, _("30 days")), (365 * DAY, _("1 year"))]
FOR_GOOD = ("", _("For good"))
SINCE = [(HOUR, _("the last hour")), (DAY, _("the last day")), (7 * DAY, _("the last 7 days"))]
EVER = ("", _("ever"))


class ActForm(forms.Form):
    """About rows of one kind, for the person who acts."""

    def __init__(self, *arguments: Any, user: User, rows: Sequence[Any], **options: Any) -> None:
        super().__init__(*arguments, **options)
        if "room" in self.fields:
            self.fields["room"].queryset = ranks.rooms_in_view(user)  # type: ignore[attr-defined]


class OptionalReasonForm(ActForm):
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=REASON_LENGTH,
        widget=forms.TextInput({"class": "vTextField"}),
        help_text=_("For the record. People are told what is done to them, and why."),
    )


class ReasonForm(OptionalReasonForm):
    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["reason"].required = True


class PlaceForm(ActForm):
    room = forms.ModelChoiceField(
        Room.objects.none(),
        label=_("Room"),
        required=False,
        widget=AutocompleteSelect(Sanction._meta.get_field("room"), desk),
        help_text=_("Empty: the whole site."),
    )


class OneRoomForm(OptionalReasonForm, PlaceForm):
    field_order = ("room", "reason")

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["room"].required = True
        self.fields["room"].help_text = ""


class WarnForm(ReasonForm):
    signed = forms.BooleanField(label=_("Show my name"), required=False)


class MuteForm(OptionalReasonForm, PlaceForm):
    minutes = forms.TypedChoiceField(label=_("Duration"), coerce=int, choices=MUTES, initial=HOUR)
    field_order = ("minutes", "room", "reason")


class BanForm(ReasonForm, PlaceForm):
    minutes = forms.TypedChoiceField(
        label=_("Duration"),
        coerce=int,
        choices=[*BANS, FOR_GOOD],
        required=False,
        empty_value=None,
        initial=7 * DAY,
    )
    field_order = ("minutes", "room", "reason")


class LiftForm(OptionalReasonForm, PlaceForm):
    field_order = ("room", "reason")


class PurgeForm(ReasonForm, PlaceForm):
    since = forms.TypedChoiceField(
        label=_("Messages of"), coerce=int, choices=[*SINCE, EVER], required=False, empty_value=None, initial=DAY
    )
    field_order = ("since", "room", "reason")


class NoteForm(ActForm):
    text = forms.CharField(
        label=_("Note"),
        max_length=TEXT_LENGTH,
        widget=forms.Textarea({"rows": 5, "class": "vLargeTextField"}),
        help_text=_("For the other moderators. The person never sees it."),
    )


class OutcomeForm(ActForm):
    outcome = forms.CharField(
        label=_("Answer"),
        required=False,
        max_length=NOTE_LENGTH,
        widget=forms.Textarea({"rows": 3, "class": "vLargeTextField"}),
        help_text=_("For those who reported, who learn the outcome in any case."),
    )


class SlowModeForm(ActForm):
    CHOICES = (
        (0, _("off")),
        (10, _("10 seconds")),
        (60, _("1 minute")),
        (10 * 60, _("10 minutes")),
        (60 * 60, _("1 hour")),
        (6 * 60 * 60, _("6 hours")),
    )
    seconds = forms.TypedChoiceField(label=_("Between two posts of a person"), coerce=int, choices=CHOICES)


def later(minutes: int | None) -> Any:
    """The time in so many minutes; None stays None."""
    return timezone.now() + timedelta(minutes=minutes) if minutes is not None else None
