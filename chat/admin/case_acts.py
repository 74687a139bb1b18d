"""What may be done about a report: about the message, about its author, and about the report itself."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chat.actions.moderation import banning, cases, muting, removing, warning
from chat.actions.moderation.record import Actor
from chat.casework.listing import removal_of, subject_of
from chat.casework.visibility import case_for
from chat.errors import Refused
from chat.models import Case

from .acting import Act
from .forms import BANS, DAY, FOR_GOOD, HOUR, MUTES, OptionalReasonForm, OutcomeForm, ReasonForm, later

SITE, ROOM = "site", "room"


class MeasureForm(OptionalReasonForm, OutcomeForm):
    """A measure, with which the report may be done."""

    resolve = forms.BooleanField(label=_("Resolve the report"), required=False, initial=True)
    field_order = ("minutes", "where", "reason", "resolve", "outcome")


class ReasonedForm(ReasonForm, MeasureForm):
    pass


class WhereForm(ReasonedForm):
    where = forms.ChoiceField(
        label=_("Where"), choices=((SITE, _("On the whole site")), (ROOM, _("In this room"))), initial=SITE
    )


class CaseMuteForm(WhereForm):
    minutes = forms.TypedChoiceField(label=_("Duration"), coerce=int, choices=MUTES, initial=HOUR)


class CaseBanForm(WhereForm):
    minutes = forms.TypedChoiceField(
        label=_("Duration"),
        coerce=int,
        choices=[*BANS, FOR_GOOD],
        required=False,
        empty_value=None,
        initial=7 * DAY,
    )


def _take_on(by: Actor, case: Case, _found: dict[str, Any]) -> None:
    cases.assign(by=by, case_id=case.pk, person_id=by.user.pk if by.user else None)


def _give_back(by: Actor, case: Case, _found: dict[str, Any]) -> None:
    cases.assign(by=by, case_id=case.pk, person_id=None)


def _remove(by: Actor, case: Case, found: dict[str, Any]) -> None:
    seen = _of_message(by, case)
    removing.remove(by=by, message_id=seen.message_id or 0, reason=found["reason"], case=seen)
    _resolve_if_wanted(by, case, found)


def _restore(by: Actor, case: Case, found: dict[str, Any]) -> None:
    seen = _of_message(by, case)
    removing.restore(by=by, message_id=seen.message_id or 0, reason=found["reason"], case=seen)


def _warn(by: Actor, case: Case, found: dict[str, Any]) -> None:
    person = subject_of(case_for(by.user, case.pk))
    warning.warn(by=by, person_id=person.pk, reason=found["reason"])
    _resolve_if_wanted(by, case, found)


def _mute(by: Actor, case: Case, found: dict[str, Any]) -> None:
    seen = case_for(by.user, case.pk)
    muting.mute(
        by=by,
        person_id=subject_of(seen).pk,
        duration=timedelta(minutes=found["minutes"]),
        room_id=_room_id(seen, found),
        reason=found["reason"],
    )
    _resolve_if_wanted(by, case, found)


def _ban(by: Actor, case: Case, found: dict[str, Any]) -> None:
    seen = case_for(by.user, case.pk)
    banning.ban(
        by=by,
        person_id=subject_of(seen).pk,
        reason=found["reason"],
        room_id=_room_id(seen, found),
        until=later(found["minutes"]),
    )
    _resolve_if_wanted(by, case, found)


def _resolve(by: Actor, case: Case, found: dict[str, Any]) -> None:
    cases.resolve(by=by, case_id=case.pk, outcome=found["outcome"])


def _dismiss(by: Actor, case: Case, found: dict[str, Any]) -> None:
    cases.dismiss(by=by, case_id=case.pk, outcome=found["outcome"])


def _reopen(by: Actor, case: Case, _found: dict[str, Any]) -> None:
    cases.reopen(by=by, case_id=case.pk)


def _of_message(by: Actor, case: Case) -> Case:
    seen = case_for(by.user, case.pk)
    if seen.message_id is None:
        raise Refused("invalid", "This report is about a person.")
    return seen


def _room_id(case: Case, found: dict[str, Any]) -> int | None:
    if found["where"] == SITE:
        return None
    if case.room_id is None:
        raise Refused("invalid", "This report is about no room.")
    return case.room_id


def _resolve_if_wanted(by: Actor, case: Case, found: dict[str, Any]) -> None:
    """After the measure, which stands even where somebody has decided meanwhile."""
    if found["resolve"]:
        cases.resolve(by=by, case_id=case.pk, outcome=found["outcome"])


def _undecided(case: Case) -> bool:
    return case.state in Case.UNDECIDED


def _stands(case: Case) -> bool:
    return _undecided(case) and case.message is not None and not case.message.deleted


def _is_removed(case: Case) -> bool:
    return case.message is not None and removal_of(case.message) is not None


ACTS = (
    Act("take", _("Take on"), _take_on, applies=lambda case: case.state == Case.State.OPEN),
    Act("give-back", _("Give back"), _give_back, applies=lambda case: case.state == Case.State.IN_PROGRESS),
    Act("remove", _("Remove message"), _remove, MeasureForm, applies=_stands),
    Act("restore", _("Restore message"), _restore, OptionalReasonForm, applies=_is_removed),
    Act("warn", _("Warn"), _warn, ReasonedForm, applies=_undecided),
    Act("mute", _("Mute"), _mute, CaseMuteForm, applies=_undecided),
    Act("ban", _("Ban"), _ban, CaseBanForm, applies=_undecided),
    Act("resolve", _("Resolve"), _resolve, OutcomeForm, applies=_undecided),
    Act("dismiss", _("Dismiss"), _dismiss, OutcomeForm, applies=_undecided),
    Act("reopen", _("Open again"), _reopen, applies=lambda case: not _undecided(case)),
)
