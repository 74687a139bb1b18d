"""Invitations: the page behind a link, and the page where people make and revoke their own."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from chat.actions import invites
from chat.actions.moderation.record import Actor
from chat.api.actors import address_of
from chat.errors import Refused
from chat.forms import InviteForm
from chat.models import Invite, Membership, Room, Site, User

from .accounts import INVITE_KEY
from .errors import refuse
from .signed_in import signed_in

SITE = "site"  # the form's word for an invitation to the site itself


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def follow(request: HttpRequest, token: str) -> HttpResponse:
    """Shows who invites to what. POST accepts: signed in it joins the room, else it leads to sign-up."""
    invite = invites.find_invite(token)
    if invite is None:
        return render(request, "invite_gone.html", status=404)
    if request.method != "POST":
        return render(request, "invite.html", {"invite": invite})
    user = request.user
    if not isinstance(user, User):
        request.session[INVITE_KEY] = invite.token
        return redirect("account_signup")
    try:
        invites.accept_invite(user=user, invite=invite)
    except Refused as refusal:
        return refuse(request, refusal)
    return redirect("room", invite.room_id) if invite.room_id else redirect("home")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@signed_in
def manage(request: HttpRequest, user: User) -> HttpResponse:
    rooms = _goals(user)
    form = InviteForm(request.POST or None, rooms=rooms, site_name=Site.load().name)
    if request.method == "POST" and form.is_valid():
        lifetime = form.lifetime
        invites.create_invite(
            by=user,
            room=form.room,
            expires_at=timezone.now() + lifetime if lifetime else None,
            max_uses=form.cleaned_data["max_uses"],
        )
        messages.success(request, _("The invitation is ready. Copy its link from the list."))
        return redirect("invites")
    return render(request, "invites.html", {"form": form if rooms else None, "invites": _list_own(user)})


@require_POST
@signed_in
def revoke(request: HttpRequest, user: User, invite_id: int) -> HttpResponse:
    try:
        by = Actor(user, address=address_of(request))
        invites.revoke_invite(by=by, invite=get_object_or_404(Invite, pk=invite_id))
    except Refused:
        raise Http404 from None
    messages.success(request, _("That link does not work any more."))
    return redirect("invites")


def _goals(user: User) -> dict[str, Room | None]:
    """What the person may invite to, by the form's word for it."""
    goals: dict[str, Room | None] = {SITE: None} if user.is_staff else {}
    rooms = Room.objects.filter(memberships__user=user, memberships__left=False, archived=False)
    for room in rooms.exclude(kind=Room.Kind.DIRECT).order_by("name"):
        goals[str(room.pk)] = room
    return goals


def _list_own(user: User) -> list[dict[str, Any]]:
    """The person's invites that still work, newest first; for the site's staff everybody's but those into private
    rooms they are not in: a link let them in."""
    rows = Invite.objects.usable().select_related("room", "created_by").order_by("-created_at")
    if user.is_staff:
        own = Membership.objects.filter(user=user, left=False).values("room")
        rows = rows.filter(Q(room=None) | Q(room__kind=Room.Kind.PUBLIC) | Q(room__in=own))
    else:
        rows = rows.filter(created_by=user)
    return [{"row": row, "url": f"{settings.SITE_ORIGIN}/invite/{row.token}/"} for row in rows]
