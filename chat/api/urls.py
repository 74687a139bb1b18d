"""The addresses below /api/."""

from django.urls import path

from . import messages, people, rooms
from .door import address

urlpatterns = [
    path("rooms", address(GET=rooms.mine, POST=rooms.create)),
    path("rooms/public", address(GET=rooms.public)),
    path("rooms/<int:room_id>", address(PATCH=rooms.change)),
    path("rooms/<int:room_id>/me", address(PATCH=rooms.change_mine)),
    path("rooms/<int:room_id>/join", address(POST=rooms.join)),
    path("rooms/<int:room_id>/leave", address(POST=rooms.leave)),
    path("rooms/<int:room_id>/members", address(GET=people.members)),
    path("rooms/<int:room_id>/members/<int:user_id>", address(PUT=people.put_member, DELETE=people.remove_member)),
    path("rooms/<int:room_id>/messages", address(GET=messages.history, POST=messages.post)),
    path("users", address(GET=people.find)),
]
