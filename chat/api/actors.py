"""Who moderates over HTTP, and from where."""

from io import BytesIO
from typing import Any, cast

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest

from chat.actions.moderation.record import Actor, Source
from chat.models import User


def actor_of(request: HttpRequest) -> Actor:
    """The person of a request that has one, as the record names them."""
    return Actor(cast(User, request.user), Source.API, address_of(request))


def address_of_scope(scope: Any) -> str:
    """The same for a socket, whose handshake was a request like others."""
    return address_of(ASGIRequest(scope | {"method": "GET"}, BytesIO()))


def address_of(request: HttpRequest) -> str:
    """The client's address, as the site's proxy tells it; empty where none is known, as on a Unix socket."""
    try:
        return str(get_adapter().get_client_ip(request))[:45]
    except PermissionDenied:
        return ""
