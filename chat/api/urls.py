"""The addresses of the API."""

from django.urls import path

from chat import transports

from . import (
    blocks,
    cases,
    files,
    messages,
    moderation_messages,
    moderation_people,
    notices,
    people,
    reports,
    rooms,
    rules,
)
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
    path("blocks", methods(GET=blocks.mine)),
    path("blocks/<int:user_id>", methods(PUT=blocks.put, DELETE=blocks.remove)),
    path("rooms/<int:room_id>/moderation", methods(PATCH=moderation_messages.set_posting)),
    path("messages/<int:message_id>/remove", methods(POST=moderation_messages.remove)),
    path("messages/<int:message_id>/restore", methods(POST=moderation_messages.restore)),
    path("users/<int:user_id>/purge", methods(POST=moderation_messages.purge)),
    path("users", methods(GET=people.search)),
    path("reports", methods(POST=reports.report)),
    path("reports/mine", methods(GET=reports.mine)),
    path("moderation/waiting", methods(GET=cases.waiting)),
    path("moderation/cases", methods(GET=cases.queue)),
    path("moderation/cases/<int:case_id>", methods(GET=cases.look, PATCH=cases.change)),
    path("users/<int:user_id>/warn", methods(POST=moderation_people.warn)),
    path("users/<int:user_id>/mute", methods(POST=moderation_people.mute)),
    path("users/<int:user_id>/unmute", methods(POST=moderation_people.unmute)),
    path("users/<int:user_id>/ban", methods(POST=moderation_people.ban)),
    path("users/<int:user_id>/unban", methods(POST=moderation_people.unban)),
    path("users/<int:user_id>/deactivate", methods(POST=moderation_people.deactivate)),
    path("users/<int:user_id>/reactivate", methods(POST=moderation_people.reactivate)),
    path("users/<int:user_id>/sign-out", methods(POST=moderation_people.sign_out)),
    path("users/<int:user_id>/appoint", methods(POST=moderation_people.appoint)),
    path("users/<int:user_id>/dismiss", methods(POST=moderation_people.dismiss)),
    path("users/<int:user_id>/notes", methods(GET=moderation_people.notes, POST=moderation_people.add_note)),
    path("users/<int:user_id>/record", methods(GET=moderation_people.history)),
    path("notices", methods(GET=notices.mine)),
    path("notices/<int:notice_id>/seen", methods(POST=notices.put_aside)),
    path("moderation/rules", methods(GET=rules.rules, POST=rules.add)),
    path("moderation/rules/try", methods(POST=rules.try_out)),
    path("moderation/rules/<int:rule_id>", methods(PATCH=rules.change, DELETE=rules.remove)),
    path("moderation/limits", methods(GET=rules.limits, PATCH=rules.change_limits)),
    path("attachments", methods(POST=files.upload)),
    path("sync", transports.poll),
    path("stream", transports.stream),
]
