"""What moderators do about people, over HTTP: in a room that the body names, or on the whole site."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from chat import encoding, histories
from chat.actions.moderation import accounts, appointing, banning, muting, noting, warning
from chat.models import User

from . import bodies
from .actors import actor_of
from .door import reply
from .parsing import read_body, read_query


def warn(request: HttpRequest, user: User, user_id: int) -> HttpResponse:
    body = read_body(request, bodies.Warn)
    warning.warn(
        by=actor_of(request), person_id=user_id, room_id=body.room, reason=body.reason, signed=body.signed
    )
    return reply({})


def mute(request: HttpRequest, user: User, user_id: int) -> HttpResponse:
    body = read_body(request, bodies.Mute)
    row = muting.mute(
        by=actor_of(request),
        person_id=user_id,
        room_id=body.room,
        duration=timedelta(minutes=body.minutes),
        reason=body.reason,
    )
    return reply({"until": encoding.stamp(row.until) if row.until else None})


def unmute(request: HttpRequest, user: User, user_id: int) -> HttpResponse:
    body = read_body(request, bodies.Lift)
    muting.unmute(by=actor_of(request), person_id=user_id, room_id=body.room, reason=body.reason)
    return reply({})


def ban(request: HttpRequest, user: User, user_id: int) -> HttpResponse:
    body = read_body(request, bodies.Ban)
    until = timezone.now() + timedelta(minutes=body.minutes) if body.minutes is not None else None
    row = banning.ban(by=actor_of(request), person_id=user_id, room_id=body.room, until=until, reason=body.reason)
    return reply({"until": encoding.stamp(row.until) if row.until else None})


def unban(request: HttpRequest, user: User, user_id: int) -> HttpResponse:
    body = read_body(request, bodies.Lift)
    banning.unban(by=actor_of(request), person_id=user_id, room_id=body.room, reason=body.reason)
    return reply({})


def deactivate(request: HttpRequest, user: User, user_id: int) -> HttpResponse:
    body = read_body(request, bodies.Because)
    accounts.deactivate(by=actor_of(request), person_id=user_id, reason=body.reason)
    return reply({})


def reactivate(request: HttpRequest, user: User, user_id: int) -> HttpResponse:
    body = read_body(request, bodies.Why)
    accounts.reactivate(by=actor_of(request), person_id=user_id, reason=body.reason)
    return reply({})


def sign_out(request: HttpRequest, user: User, user_id: int) -> HttpResponse:
    body = read_body(request, bodies.Why)
    accounts.sign_out_everywhere(by=actor_of(request), person_id=user_id, reason=body.reason)
    return reply({})


def appoint(request: HttpRequest, user: User, user_id: int) -> HttpResponse:
    appointing.appoint(by=actor_of(request), person_id=user_id)
    return reply({})


def dismiss(request: HttpRequest, user: User, user_id: int) -> HttpResponse:
    appointing.dismiss(by=actor_of(request), person_id=user_id)
    return reply({})


def notes(request: HttpRequest, user: User, user_id: int) -> HttpResponse:
    return reply({"notes": [encoding.note(row) for row in histories.notes_about(user, user_id)]})


def add_note(request: HttpRequest, user: User, user_id: int) -> HttpResponse:
    body = read_body(request, bodies.NewNote)
    row = noting.note(by=actor_of(request), person_id=user_id, text=body.text)
    return reply(encoding.note(row), status=201)


def history(request: HttpRequest, user: User, user_id: int) -> HttpResponse:
    query = read_query(request, bodies.RecordQuery)
    found = histories.of_person(user, user_id, room_id=query.room, before=query.before)
    return reply(
        {
            "user": encoding.user(found.person),
            "sanctions": [encoding.sanction(row) for row in found.sanctions],
            "record": [encoding.act(row) for row in found.acts],
            "more": found.more,
        }
    )
