"""Whom one wants no direct messages of."""

from django.http import HttpRequest, HttpResponse

from chat import snapshots
from chat.actions import blocking
from chat.models import User

from .door import reply


def mine(request: HttpRequest, user: User) -> HttpResponse:
    return reply({"users": snapshots.blocked_by([user.pk])[user.pk]})


def put(request: HttpRequest, user: User, user_id: int) -> HttpResponse:
    blocking.block(by=user, person_id=user_id)
    return mine(request, user)


def remove(request: HttpRequest, user: User, user_id: int) -> HttpResponse:
    blocking.unblock(by=user, person_id=user_id)
    return mine(request, user)
