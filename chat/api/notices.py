"""A person's own notices over HTTP."""

from django.http import HttpRequest, HttpResponse

from chat import encoding, histories
from chat.actions.moderation.notices import mark_seen
from chat.models import User

from .door import reply


def mine(request: HttpRequest, user: User) -> HttpResponse:
    return reply({"notices": [encoding.notice(row) for row in histories.notices(user)]})


def put_aside(request: HttpRequest, user: User, notice_id: int) -> HttpResponse:
    mark_seen(user=user, notice_id=notice_id)
    return reply({})
