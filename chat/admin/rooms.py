"""Public rooms, and those in which the moderator is."""

from typing import Any

from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from chat import ranks
from chat.actions.moderation import restricting
from chat.actions.moderation.record import Actor
from chat.models import Room

from .acting import Act, ActingAdmin
from .forms import SlowModeForm
from .readonly import member
from .site import desk


def _lock(by: Actor, room: Room, _found: dict[str, Any]) -> None:
    restricting.set_posting(by=by, room_id=room.pk, locked=True)


def _unlock(by: Actor, room: Room, _found: dict[str, Any]) -> None:
    restricting.set_posting(by=by, room_id=room.pk, locked=False)


def _slow_down(by: Actor, room: Room, found: dict[str, Any]) -> None:
    restricting.set_posting(by=by, room_id=room.pk, slow_mode=found["seconds"])


def _announcements(by: Actor, room: Room, _found: dict[str, Any]) -> None:
    restricting.set_posting(by=by, room_id=room.pk, announcements=True)


def _conversation(by: Actor, room: Room, _found: dict[str, Any]) -> None:
    restricting.set_posting(by=by, room_id=room.pk, announcements=False)


KINDS = {Room.Kind.PUBLIC: _("Public"), Room.Kind.PRIVATE: _("Private")}  # nobody moderates a direct room


class KindFilter(SimpleListFilter):
    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(KINDS.items())

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Room]:
        rooms: QuerySet[Room] = queryset
        return rooms.filter(kind=self.value()) if self.value() else rooms


@admin.register(Room, site=desk)
class RoomAdmin(ActingAdmin):
    heading = _("Rooms")
    list_display = ("called", "kind_shown", "topic", "archived", "locked", "pause", "announcements", "created_at")
    list_filter = (KindFilter, "archived", "locked", "announcements")
    unindexed = ("kind", "archived", "locked", "announcements")
    search_fields = ("name", "topic")
    ordering = ("-pk",)
    fields = (*list_display, "clock")
    readonly_fields = ("called", "kind_shown", "pause")
    acts = (
        Act("lock", _("Lock"), _lock, applies=lambda room: not room.locked),
        Act("unlock", _("Unlock"), _unlock, applies=lambda room: room.locked),
        Act("slow-mode", _("Set slow mode"), _slow_down, SlowModeForm),
        Act(
            "announcements",
            _("Keep for announcements"),
            _announcements,
            applies=lambda room: not room.announcements,
        ),
        Act("conversation", _("Let everybody post"), _conversation, applies=lambda room: room.announcements),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Room]:
        return ranks.rooms_in_view(member(request)).order_by(*self.ordering)

    @admin.display(description=_("name"))
    def called(self, room: Room) -> str:
        return str(room)

    @admin.display(description=_("kind"))
    def kind_shown(self, room: Room) -> str:
        return str(KINDS.get(Room.Kind(room.kind), ""))

    @admin.display(description=_("slow mode, seconds"))
    def pause(self, room: Room) -> int:
        return room.slow_mode
