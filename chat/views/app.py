"""The rooms: one page, which the browser's client then keeps up to date."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from chat import access, encoding, ranks
from chat.actions.setup import is_set_up
from chat.errors import Refused
from chat.models import Room, Site, User

from .errors import not_found
from .signed_in import signed_in

LAST_ROOM_KEY = "room"  # in the session
CATALOGS = Path(__file__).parents[1] / "locale" / "js"


@require_safe
@never_cache
def home(request: HttpRequest) -> HttpResponse:
    """The room last visited, else the lobby; for people who are in no room the page without one."""
    user = request.user
    if not isinstance(user, User):
        return redirect("setup") if not is_set_up() else redirect_to_login(request.get_full_path())
    for room_id in (request.session.get(LAST_ROOM_KEY), Site.load().lobby_id):
        if room := _readable(user, room_id):
            # On a phone the list is a view of its own, which loading it again shall not leave.
            view = "?view=list" if request.GET.get("view") == "list" else ""
            return redirect(reverse("room", args=[room.pk]) + view)
    return _show(request, user, None, None)


@require_safe
@never_cache
@signed_in
def show_room(request: HttpRequest, user: User, room_id: int) -> HttpResponse:
    """One room, around the message `?at=<id>` if that is in it. 404 for what the person may not see."""
    room = _readable(user, room_id)
    if room is None:
        return not_found(request)
    # Only a change is written, because this page is loaded far more often than rooms are changed.
    if request.session.get(LAST_ROOM_KEY) != room.pk:
        request.session[LAST_ROOM_KEY] = room.pk
    return _show(request, user, room, _find_tick(room, request.GET.get("at", "")))


def _readable(user: User, room_id: int | None) -> Room | None:
    try:
        return access.readable_room(user, room_id) if room_id is not None else None
    except Refused:
        return None


def _find_tick(room: Room, message_id: str) -> int | None:
    if not (message_id.isascii() and message_id.isdecimal() and len(message_id) < 20):
        return None
    return room.messages.filter(pk=int(message_id)).values_list("tick", flat=True).first()


def _show(request: HttpRequest, user: User, room: Room | None, at: int | None) -> HttpResponse:
    # The template shows the person's name, and the client reads this before it has decoded a single frame,
    # so fields that have their default stand here too.
    me = {"name": "", "avatar": None, "bot": False} | msgspec.to_builtins(encoding.user(user))
    boot = {
        "me": me,
        "room": room.pk if room else None,
        "at": at,
        "version": settings.STATIC_VERSION,
        "max_upload_bytes": settings.MAX_UPLOAD_BYTES,
        "moderator": ranks.moderates_site(user),
    }
    return render(
        request, "chat/app.html", {"room": room, "boot": boot, "catalog": catalog(get_language() or "en")}
    )


@lru_cache
def catalog(language: str) -> dict[str, Any]:
    """The client's words in a language of the site, empty where the words in the code are the right ones."""
    path = CATALOGS / f"{language}.json"
    words: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return words
