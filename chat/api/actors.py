"""Who moderates over HTTP, and from where."""

from typing import cast

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from chat.actions.moderation.record import Actor, Source
from chat.models import User


def actor_of(request: HttpRequest) -> Actor:
    """The person of a request that has one, as the record names them."""
    return Actor(cast(User, request.user), Source.API, address_of(request))


def address_of(request: HttpRequest) -> str:
    """The client's address, as the site's proxy tells it; empty where none is known, as on a Unix socket."""
    try:
        return str(get_adapter().get_client_ip(request))[:45]
    except PermissionDenied:
        return ""
