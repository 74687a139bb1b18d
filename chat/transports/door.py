"""Who may hold a request open, and how the transports tell a refusal."""

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any

from asgiref.sync import sync_to_async
from django.db import DatabaseError, InterfaceError, close_old_connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from chat.access import Identity
from chat.api.door import SIGNED_OUT, require_pace
from chat.errors import UNAVAILABLE, Refused
from chat.live import engine as engines
from chat.live.engine import Engine
from chat.models import User
from chat.views import errors

TOO_MANY = Refused("rate_limited", "You have too many connections open.", 5.0)

Transport = Callable[[HttpRequest, Engine, Identity], Coroutine[Any, Any, HttpResponseBase]]


def held_open(view: Transport) -> Callable[[HttpRequest], Coroutine[Any, Any, HttpResponseBase]]:
    """Give the view the engine of this process and the person; refuse everybody else in JSON."""

    @wraps(view)
    async def door(request: HttpRequest) -> HttpResponseBase:
        if request.method != "GET":
            return errors.wrong_method(["GET"])
        try:
            engine, identity = await _admit(request)
            return await view(request, engine, identity)
        except Refused as refusal:
            return errors.refuse(request, refusal)
        except (DatabaseError, InterfaceError):
            return errors.refuse(request, UNAVAILABLE)

    return door


async def _admit(request: HttpRequest) -> tuple[Engine, Identity]:
    user = await request.auser()
    if not isinstance(user, User) or request.session.session_key is None:
        raise SIGNED_OUT
    require_pace(user)
    engine = engines.current()
    if engine is None or engine.closing:
        raise UNAVAILABLE
    if engine.presence.sockets.too_many(user.pk):
        raise TOO_MANY
    # The request's own thread would keep its database connection from all others for as long as it waits.
    await sync_to_async(close_old_connections)()
    return engine, Identity(user, request.session.session_key)
