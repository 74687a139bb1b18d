"""The addresses of the API."""

from django.urls import path

from chat import transports

from . import files, messages, people, rooms, rules
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
    path("users", methods(GET=people.search)),
    path("moderation/rules", methods(GET=rules.rules, POST=rules.add)),
    path("moderation/rules/try", methods(POST=rules.try_out)),
    path("moderation/rules/<int:rule_id>", methods(PATCH=rules.change, DELETE=rules.remove)),
    path("moderation/limits", methods(GET=rules.limits, PATCH=rules.change_limits)),
    path("attachments", methods(POST=files.upload)),
    path("sync", transports.poll),
    path("stream", transports.stream),
]
