"""Invitations that people have made."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from chat import ranks
from chat.actions import invites
from chat.actions.moderation.record import Actor
from chat.models import Invite

from .acting import Act, ActingAdmin
from .filters import picked
from .readonly import member
from .site import desk


def _revoke(by: Actor, invite: Invite, _found: dict[str, Any]) -> None:
    invites.revoke_invite(by=by, invite=invite)


@admin.register(Invite, site=desk)
class InviteAdmin(ActingAdmin):
    """Without the token: whoever sees it may use it."""

    heading = _("Invitations")
    list_display = ("id", "room", "created_by", "created_at", "expires_at", "uses", "max_uses", "revoked")
    list_filter = (picked("created_by", _("person")), picked("room", _("room")), "revoked")
    unindexed = ("revoked",)
    list_select_related = ("room", "created_by")
    ordering = ("-pk",)
    fields = list_display
    acts = (Act("revoke", _("Revoke"), _revoke, applies=lambda invite: not invite.revoked),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Invite]:
        in_view = ranks.in_view(member(request))
        return Invite.objects.filter(Q(room=None) | in_view).order_by(*self.ordering)
