"""What every address of the API shares: who asks, how much they may ask, and how a refusal is told."""

from collections.abc import Callable
from typing import Any

import msgspec
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.views.decorators.csrf import csrf_exempt

from chat import limits, protocol
from chat.errors import UNAVAILABLE, Refused, not_found
from chat.models import User
from chat.views import errors

# Called with the request, the person, and the ids of the path by name.
Handler = Callable[..., HttpResponse]

SIGNED_OUT = Refused("signed_out", "You are signed out.")


def methods(**handlers: Handler) -> Callable[..., HttpResponseBase]:
    """One address: a handler for each method that it knows, all for people who are signed in."""

    # Its own check comes after that of the session: who is signed out should be told that.
    @csrf_exempt
    def door(request: HttpRequest, **ids: int) -> HttpResponseBase:
        handler = handlers.get("GET" if request.method == "HEAD" else request.method or "")
        if handler is None:
            return errors.wrong_method(handlers)
        try:
            user = _person(request)
            if (rejection := _foreign_page(request)) is not None:
                return rejection
            require_pace(user)
            if any(value > protocol.MAX_ID for value in ids.values()):
                # Beyond what either database can compare.
                raise not_found()
            return handler(request, user, **ids)
        except Refused as refusal:
            return errors.refuse(request, refusal)
        except (DatabaseError, InterfaceError):
            return errors.refuse(request, UNAVAILABLE)

    return door


def reply(body: object, status: int = 200) -> HttpResponse:
    """An object of the wire, encoded as on the socket."""
    return HttpResponse(protocol.encode(body), status=status, content_type="application/json")


def require_pace(user: User) -> None:
    """Count one command. Raises `rate_limited` when the person has sent too many."""
    if (wait := limits.too_many_commands(user.pk)) is not None:
        raise Refused("rate_limited", "You are asking too fast.", wait)


def _person(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise SIGNED_OUT
    return request.user


def _foreign_page(request: HttpRequest) -> HttpResponse | None:
    """Django's protection against pages of other sites; None: the request is one of ours."""
    middleware: Any = CsrfViewMiddleware(lambda _: HttpResponse())
    rejection: HttpResponse | None = middleware.process_view(request, None, (), {})
    return rejection


def fields(body: msgspec.Struct) -> dict[str, Any]:
    """What a body names; what it leaves out is left alone."""
    return {name: value for name in body.__struct_fields__ if (value := getattr(body, name)) is not msgspec.UNSET}
