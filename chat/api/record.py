"""The record of a room, over HTTP, and the way back from what is on it."""

from django.http import HttpRequest, HttpResponse

from chat import encoding, histories
from chat.actions.moderation import purging
from chat.models import User

from . import bodies
from .actors import actor_of
from .door import reply
from .parsing import read_body, read_ids, read_query


def of_room(request: HttpRequest, user: User, room_id: int) -> HttpResponse:
    query = read_query(request, bodies.RoomRecordQuery)
    found = histories.of_room(user, room_id, before=query.before)
    acts = [encoding.act(row) for row in found.acts]
    return reply({"record": acts, "undo": sorted(found.undo), "more": found.more})


def removals(request: HttpRequest, user: User, room_id: int) -> HttpResponse:
    query = read_query(request, bodies.RemovalsQuery)
    found = histories.removals(user, room_id, read_ids(query.messages))
    return reply({"removals": [encoding.removal(row) for row in found]})


def restore_purged(request: HttpRequest, user: User, act_id: int) -> HttpResponse:
    body = read_body(request, bodies.Why)
    return reply({"messages": purging.restore_purged(by=actor_of(request), action_id=act_id, reason=body.reason)})
