"""Mutes and bans, those that stand and those that were."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat import ranks
from chat.actions.moderation import banning, muting
from chat.actions.moderation.record import Actor
from chat.models import Sanction

from .acting import Act, ActingAdmin
from .filters import picked
from .forms import OptionalReasonForm
from .readonly import member
from .site import desk


def _lift(by: Actor, sanction: Sanction, found: dict[str, Any]) -> None:
    lift = banning.unban if sanction.kind == Sanction.Kind.BAN else muting.unmute
    lift(by=by, person_id=sanction.user_id, room_id=sanction.room_id, reason=found["reason"])


def _stands(sanction: Sanction) -> bool:
    return not sanction.lifted and (sanction.until is None or sanction.until > timezone.now())


@admin.register(Sanction, site=desk)
class SanctionAdmin(ActingAdmin):
    heading = _("Mutes and bans")
    list_display = ("user", "kind", "place", "reason", "until", "stands", "created_by", "created_at")
    list_filter = (picked("user", _("person")), picked("room", _("room")), "kind", "lifted")
    unindexed = ("kind", "lifted")
    related = ("user",)
    list_select_related = ("user", "room", "created_by")
    search_fields = ("user__username", "reason")
    ordering = ("-pk",)
    fields = (*list_display, "lifted_at", "lifted_by", "lift_reason")
    readonly_fields = ("place", "stands")
    acts = (Act("lift", _("Lift"), _lift, OptionalReasonForm, applies=_stands),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Sanction]:
        in_view = ranks.in_view(member(request))
        return Sanction.objects.filter(Q(room=None) | in_view).order_by(*self.ordering)

    def named(self, row: Sanction) -> str:
        return f"{row.get_kind_display()} · {row.user}"

    @admin.display(description=_("where"))
    def place(self, sanction: Sanction) -> str:
        return str(sanction.room or _("the whole site"))

    @admin.display(description=_("stands"), boolean=True)
    def stands(self, sanction: Sanction) -> bool:
        return _stands(sanction)
