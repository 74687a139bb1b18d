"""The cast of all tests, made straight in the database: Alice owns the site, Bob is a member, Charlie an outsider.

The functions run in the test's own process, or through `Site.call` in the database of a running site.
"""

from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db.models import F
from django.test import Client
from django.utils.crypto import get_random_string

from chat.actions.moderation import appointing
from chat.actions.moderation.record import Actor
from chat.actions.posting import Draft
from chat.models import Membership, Room, User

PASSWORD = "a long enough passphrase"


@cache
def password_hash() -> str:
    # Argon2 is slow on purpose; once a process is enough for everybody's password.
    return make_password(PASSWORD)


def add_person(username: str, *, owner: bool = False) -> User:
    """An account whose password is `PASSWORD`; `owner` may do everything, in Django admin too."""
    return User.objects.create(
        username=username,
        name=username.split("-", maxsplit=1)[0].capitalize(),
        email=f"{username}@example.org",
        password=password_hash(),
        is_staff=owner,
        is_superuser=owner,
    )


def add_moderator(username: str, *, owner: User) -> User:
    """An account that `owner`, who owns the site, has made a moderator of it."""
    user = add_person(username)
    appointing.appoint(by=Actor(owner), person_id=user.pk)
    return User.objects.get(pk=user.pk)


def add_room(name: str, kind: str = "public", *, members: dict[User, str]) -> Room:
    """A room with its members and their roles. Each member's arrival takes a tick, as in life."""
    room = Room.objects.create(kind=kind, name=name)
    for user, role in members.items():
        add_member(room, user, role)
    room.refresh_from_db()
    return room


def add_member(room: Room, user: User, role: str = "member") -> Membership:
    Room.objects.filter(pk=room.pk).update(clock=F("clock") + 1)
    room.refresh_from_db(fields=["clock"])
    return Membership.objects.create(room=room, user=user, role=role, changed=room.clock, last_read=room.clock)


def draft(author: User, room: Room, ref: str, text: str = "text", **fields: Any) -> Draft:
    return Draft(author.pk, room.pk, ref, text, **fields)


def sign_in(user: User) -> dict[str, str]:
    """A new session of this person: the cookies a browser would hold, the CSRF cookie included."""
    client = Client()
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    return {settings.SESSION_COOKIE_NAME: session, settings.CSRF_COOKIE_NAME: get_random_string(32)}


# For running sites: the same by name and id, as JSON can carry it.


def person_on_site(username: str, owner: bool = False) -> dict[str, Any]:
    user = add_person(username, owner=owner)
    return {"id": user.pk, "username": user.username, "cookies": sign_in(user)}


def session_on_site(user: int) -> dict[str, str]:
    return sign_in(User.objects.get(pk=user))


def room_on_site(name: str, kind: str, members: list[tuple[int, str]]) -> int:
    people = User.objects.in_bulk([user for user, _ in members])
    return add_room(name, kind, members={people[user]: role for user, role in members}).pk
