"""The addresses of the API."""

from django.urls import path

from chat import transports

from . import files, messages, moderation_messages, people, rooms
from .door import methods

urlpatterns = [
    path("rooms", methods(GET=rooms.mine, POST=rooms.create)),
    path("rooms/public", methods(GET=rooms.public)),
    path("rooms/<int:room_id>", methods(PATCH=rooms.change)),
    path("rooms/<int:room_id>/me", methods(PATCH=rooms.change_own)),
    path("rooms/<int:room_id>/join", methods(POST=rooms.join)),
    path("rooms/<int:room_id>/leave", methods(POST=rooms.leave)),
    path("rooms/<int:room_id>/members", methods(GET=people.members)),
    path(
        "rooms/<int:room_id>/members/<int:user_id>",
        methods(PUT=people.put_member, DELETE=people.remove_member),
    ),
    path("rooms/<int:room_id>/messages", methods(GET=messages.history, POST=messages.post)),
    path("rooms/<int:room_id>/moderation", methods(PATCH=moderation_messages.set_posting)),
    path("messages/<int:message_id>/remove", methods(POST=moderation_messages.remove)),
    path("messages/<int:message_id>/restore", methods(POST=moderation_messages.restore)),
    path("users/<int:user_id>/purge", methods(POST=moderation_messages.purge)),
    path("users", methods(GET=people.search)),
    path("attachments", methods(POST=files.upload)),
    path("sync", transports.poll),
    path("stream", transports.stream),
]
