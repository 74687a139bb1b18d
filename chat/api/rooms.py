"""Rooms: mine, public ones, new ones, and what a member does to one."""

from django.http import HttpRequest

from chat import access, encoding, protocol, snapshots
from chat.actions import rooms
from chat.models import Room, User

from .bodies import MyRoom, NewRoom, RoomChange
from .door import Answer, body_of


def mine(request: HttpRequest, user: User) -> dict[str, list[protocol.Room]]:
    return {"rooms": snapshots.rooms_of([user.pk])[user.pk]}


def public(request: HttpRequest, user: User) -> dict[str, list[protocol.Room]]:
    return {"rooms": snapshots.public_rooms(user.pk)}


def create(request: HttpRequest, user: User) -> Answer:
    body = body_of(request, NewRoom)
    room, new = rooms.create_room(by=user, kind=body.kind, name=body.name, topic=body.topic, members=body.members)
    return Answer(201 if new else 200, seen_by(user, room.pk))


def change(request: HttpRequest, user: User, room_id: int) -> protocol.Room:
    body = body_of(request, RoomChange)
    rooms.change_room(by=user, room_id=room_id, name=body.name, topic=body.topic, archived=body.archived)
    return seen_by(user, room_id)


def change_mine(request: HttpRequest, user: User, room_id: int) -> protocol.Room:
    rooms.set_notify(user=user, room_id=room_id, notify=body_of(request, MyRoom).notify)
    return seen_by(user, room_id)


def join(request: HttpRequest, user: User, room_id: int) -> protocol.Room:
    rooms.join(user=user, room_id=room_id)
    return seen_by(user, room_id)


def leave(request: HttpRequest, user: User, room_id: int) -> dict[str, object]:
    rooms.leave(user=user, room_id=room_id)
    return {}


def seen_by(user: User, room_id: int) -> protocol.Room:
    """The room as the person sees it, in it or not."""
    room = snapshots.room_of(user.pk, room_id)
    if room is not None:
        return room
    row: Room = access.readable_room(user, room_id)
    return snapshots.stranger(row, encoding.member_counts([row.pk]).get(row.pk, 0))
