"""What moderators do about messages, and about who may post, over HTTP."""

from django.http import HttpRequest, HttpResponse

from chat.actions.moderation import purging, removing, restricting
from chat.models import User

from . import bodies
from .actors import actor_of
from .door import fields, reply
from .parsing import read_body
from .rooms import seen_by_moderator


def remove(request: HttpRequest, user: User, message_id: int) -> HttpResponse:
    body = read_body(request, bodies.Why)
    return reply({"tick": removing.remove(by=actor_of(request), message_id=message_id, reason=body.reason)})


def restore(request: HttpRequest, user: User, message_id: int) -> HttpResponse:
    body = read_body(request, bodies.Why)
    return reply({"tick": removing.restore(by=actor_of(request), message_id=message_id, reason=body.reason)})


def purge(request: HttpRequest, user: User, user_id: int) -> HttpResponse:
    body = read_body(request, bodies.Purge)
    count = purging.purge(
        by=actor_of(request), person_id=user_id, room_id=body.room, since=body.since, reason=body.reason
    )
    return reply({"messages": count})


def set_posting(request: HttpRequest, user: User, room_id: int) -> HttpResponse:
    body = read_body(request, bodies.Posting)
    room = restricting.set_posting(by=actor_of(request), room_id=room_id, **fields(body))
    return reply(seen_by_moderator(user, room))
