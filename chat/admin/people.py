"""People, and what a moderator does about one."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat import histories, ranks
from chat.actions.moderation import (
    accounts,
    appointing,
    banning,
    muting,
    noting,
    purging,
    removing_people,
    warning,
)
from chat.actions.moderation.record import Actor
from chat.errors import Refused
from chat.models import User
from chat.ranks import Rank

from . import forms
from .acting import Act, ActingAdmin
from .readonly import member
from .site import desk

LATEST = 10  # acts on a person's page; the record has all


def _is_owner(user: User) -> bool:
    return ranks.rank(user) == Rank.SITE_OWNER


def _room_id(found: dict[str, Any]) -> int | None:
    return found["room"].pk if found["room"] else None


def _warn(by: Actor, person: User, found: dict[str, Any]) -> None:
    warning.warn(by=by, person_id=person.pk, reason=found["reason"], signed=found["signed"])


def _mute(by: Actor, person: User, found: dict[str, Any]) -> None:
    duration = timedelta(minutes=found["minutes"])
    muting.mute(by=by, person_id=person.pk, duration=duration, room_id=_room_id(found), reason=found["reason"])


def _unmute(by: Actor, person: User, found: dict[str, Any]) -> None:
    muting.unmute(by=by, person_id=person.pk, room_id=_room_id(found), reason=found["reason"])


def _remove(by: Actor, person: User, found: dict[str, Any]) -> None:
    removing_people.remove_from_room(by=by, person_id=person.pk, room_id=found["room"].pk, reason=found["reason"])


def _ban(by: Actor, person: User, found: dict[str, Any]) -> None:
    until = forms.later(found["minutes"])
    banning.ban(by=by, person_id=person.pk, reason=found["reason"], room_id=_room_id(found), until=until)


def _unban(by: Actor, person: User, found: dict[str, Any]) -> None:
    banning.unban(by=by, person_id=person.pk, room_id=_room_id(found), reason=found["reason"])


def _purge(by: Actor, person: User, found: dict[str, Any]) -> None:
    ever = datetime.min.replace(tzinfo=UTC)
    since = ever if found["since"] is None else timezone.now() - timedelta(minutes=found["since"])
    purging.purge(by=by, person_id=person.pk, since=since, reason=found["reason"], room_id=_room_id(found))


def _deactivate(by: Actor, person: User, found: dict[str, Any]) -> None:
    accounts.deactivate(by=by, person_id=person.pk, reason=found["reason"])


def _reactivate(by: Actor, person: User, found: dict[str, Any]) -> None:
    accounts.reactivate(by=by, person_id=person.pk, reason=found["reason"])


def _sign_out(by: Actor, person: User, found: dict[str, Any]) -> None:
    accounts.sign_out_everywhere(by=by, person_id=person.pk, reason=found["reason"])


def _note(by: Actor, person: User, found: dict[str, Any]) -> None:
    noting.note(by=by, person_id=person.pk, text=found["text"])


def _appoint(by: Actor, person: User, _found: dict[str, Any]) -> None:
    appointing.appoint(by=by, person_id=person.pk)


def _dismiss(by: Actor, person: User, _found: dict[str, Any]) -> None:
    appointing.dismiss(by=by, person_id=person.pk)


@admin.register(User, site=desk)
class UserAdmin(ActingAdmin):
    heading = _("People")
    list_display = ("username", "name", "is_active", "is_staff", "bot", "last_login", "date_joined")
    list_filter = ("is_active", "is_staff", "bot")
    search_fields = ("username", "name")
    searches_all = True  # whoever came first is looked for like the others
    ordering = ("username",)
    change_form_template = "admin/person.html"
    acts = (
        Act("warn", _("Warn"), _warn, forms.WarnForm),
        Act("mute", _("Mute"), _mute, forms.MuteForm),
        Act("unmute", _("Lift a mute"), _unmute, forms.LiftForm),
        Act("remove", _("Remove from a room"), _remove, forms.OneRoomForm),
        Act("ban", _("Ban"), _ban, forms.BanForm),
        Act("unban", _("Lift a ban"), _unban, forms.LiftForm),
        Act("purge", _("Remove messages"), _purge, forms.PurgeForm),
        Act("sign-out", _("Sign out everywhere"), _sign_out, forms.OptionalReasonForm),
        Act(
            "deactivate",
            _("Deactivate"),
            _deactivate,
            forms.ReasonForm,
            applies=lambda person: person.is_active,
        ),
        Act(
            "reactivate",
            _("Reactivate"),
            _reactivate,
            forms.OptionalReasonForm,
            applies=lambda person: not person.is_active,
        ),
        Act("note", _("Write a note"), _note, forms.NoteForm),
        Act(
            "appoint",
            _("Make a moderator"),
            _appoint,
            applies=lambda person: not person.is_staff,
            allowed=_is_owner,
            bulk=False,
        ),
        Act(
            "dismiss",
            _("Make a member"),
            _dismiss,
            applies=lambda person: person.is_staff and not person.is_superuser,
            allowed=_is_owner,
            bulk=False,
        ),
    )

    # E-mail addresses are for the site's owners alone.

    def get_list_display(self, request: HttpRequest) -> Any:
        own = self.list_display
        return (*own[:2], "email", *own[2:]) if _is_owner(member(request)) else own

    def get_search_fields(self, request: HttpRequest) -> Any:
        return (*self.search_fields, "email") if _is_owner(member(request)) else self.search_fields

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*self.get_list_display(request), "is_superuser", "language", "time_zone")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        person = self.get_object(request, object_id)
        known = _known(member(request), person) if person is not None else {}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **known})


def _known(user: User, person: User) -> dict[str, Any]:
    """What is on record, for whoever stands above the person."""
    try:
        history = histories.of_person(user, person.pk)
        notes = histories.notes_about(user, person.pk)
    except Refused:
        return {}
    return {"sanctions": history.sanctions, "record": history.acts[:LATEST], "notes": notes}
