"""People over HTTP: the members of a room, and whom one may mention or write to."""

from django.http import HttpRequest, HttpResponse

from chat import access, directory, encoding
from chat.actions import rooms
from chat.actions.moderation.removing_people import remove_from_room
from chat.models import User

from . import bodies
from .actors import actor_of
from .door import fields, reply
from .parsing import read_body, read_query


def members(request: HttpRequest, user: User, room_id: int) -> HttpResponse:
    query = read_query(request, bodies.MembersQuery)
    room = access.readable_room(user, room_id)
    rows, more = directory.members(room, q=query.q, after=query.after)
    return reply({"members": [encoding.member(row) for row in rows], "more": more})


def put_member(request: HttpRequest, user: User, room_id: int, user_id: int) -> HttpResponse:
    body = read_body(request, bodies.MemberRole)
    row = rooms.put_member(by=actor_of(request), room_id=room_id, user_id=user_id, **fields(body))
    return reply(encoding.member(row))


def remove_member(request: HttpRequest, user: User, room_id: int, user_id: int) -> HttpResponse:
    body = read_body(request, bodies.Why)
    remove_from_room(by=actor_of(request), room_id=room_id, person_id=user_id, reason=body.reason)
    return reply({})


def search(request: HttpRequest, user: User) -> HttpResponse:
    query = read_query(request, bodies.PeopleQuery)
    return reply({"users": [encoding.user(row) for row in directory.people(user, q=query.q)]})
