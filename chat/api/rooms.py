"""Rooms over HTTP. A room is answered as the person sees it now."""

from django.http import HttpRequest, HttpResponse

from chat import encoding, protocol, snapshots
from chat.actions import rooms
from chat.errors import not_found
from chat.models import Room, User

from . import bodies
from .actors import actor_of
from .door import fields, reply
from .parsing import read_body


def mine(request: HttpRequest, user: User) -> HttpResponse:
    return reply({"rooms": snapshots.rooms_of([user.pk])[user.pk]})


def public(request: HttpRequest, user: User) -> HttpResponse:
    return reply({"rooms": snapshots.public_rooms(user.pk)})


def create(request: HttpRequest, user: User) -> HttpResponse:
    body = read_body(request, bodies.NewRoom)
    room, new = rooms.create_room(by=user, kind=body.kind, name=body.name, topic=body.topic, members=body.members)
    return reply(_seen_by(user, room.pk), status=201 if new else 200)


def change(request: HttpRequest, user: User, room_id: int) -> HttpResponse:
    body = read_body(request, bodies.RoomChanges)
    return reply(seen_by_moderator(user, rooms.change_room(by=actor_of(request), room_id=room_id, **fields(body))))


def change_own(request: HttpRequest, user: User, room_id: int) -> HttpResponse:
    body = read_body(request, bodies.OwnSettings)
    rooms.set_notify(user=user, room_id=room_id, notify=body.notify)
    return reply(_seen_by(user, room_id))


def join(request: HttpRequest, user: User, room_id: int) -> HttpResponse:
    rooms.join(user=user, room_id=room_id)
    return reply(_seen_by(user, room_id))


def leave(request: HttpRequest, user: User, room_id: int) -> HttpResponse:
    rooms.leave(user=user, room_id=room_id)
    return reply({})


def seen_by_moderator(user: User, room: Room) -> protocol.Room:
    """The site's moderators are no members of all rooms in which they act."""
    counts = encoding.member_counts([room.pk])
    return snapshots.room_of(user.pk, room.pk) or snapshots.stranger(room, counts.get(room.pk, 0))


def _seen_by(user: User, room_id: int) -> protocol.Room:
    room = snapshots.room_of(user.pk, room_id)
    if room is None:
        # Removed again in this moment.
        raise not_found()
    return room
