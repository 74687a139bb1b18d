"""Everything that takes from someone what they may read; each returns when it was committed at the latest."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests import cast
from tests.people import Person
from tests.services.site import Server

AT_ONCE = 1.0  # seconds that the contract gives the layer, and
BY_AUDIT = 15.0  # seconds without it


@dataclass(frozen=True)
class Ending:
    """`code` closes their sockets, none if these stay open; `leaves` is true where memberships end, at a tick;
    `told` is false for what the site itself does not do, and hears from nobody."""

    name: str
    happen: Callable[[Server, Person, Person, int], float]
    code: str = ""
    leaves: bool = False
    told: bool = True


def sign_out(server: Server, person: Person, _: Person, __: int) -> float:
    with person.http(server.url) as http:
        assert http.post("/accounts/logout/").status_code == 302
    return time.time()


def sign_out_everywhere(server: Server, person: Person, _: Person, __: int) -> float:
    with person.in_another_session().http(server.url) as http:
        assert http.post("/accounts/sign-out-everywhere/").status_code == 302
        done = time.time()
        assert http.get("/api/rooms").status_code == 401
    return done


def change_password(server: Server, person: Person, _: Person, __: int) -> float:
    new = "another long passphrase"
    form = {"oldpassword": cast.PASSWORD, "password1": new, "password2": new}
    with person.in_another_session().http(server.url) as http:
        assert http.post("/accounts/password/change/", data=form).status_code == 302
        done = time.time()
        # Whoever changed it stays, in a new session.
        assert http.get("/api/rooms").status_code == 200
    return done


def remove(server: Server, person: Person, owner: Person, room: int) -> float:
    with owner.http(server.url) as http:
        assert http.delete(f"/api/rooms/{room}/members/{person.id}").is_success
    return time.time()


def deactivate(server: Server, person: Person, owner: Person, _: int) -> float:
    return moderate(server, person, owner, "deactivate")


def ban(server: Server, person: Person, owner: Person, _: int) -> float:
    return moderate(server, person, owner, "ban")


def ban_from_room(server: Server, person: Person, owner: Person, room: int) -> float:
    return moderate(server, person, owner, "ban", room=room)


def delete_account(server: Server, person: Person, _: Person, __: int) -> float:
    form = {"password": cast.PASSWORD}
    with person.in_another_session().http(server.url) as http:
        assert http.post("/accounts/delete/", data=form).headers["location"] == "/accounts/login/"
    return time.time()


def end_sessions(server: Server, person: Person, owner: Person, _: int) -> float:
    return moderate(server, person, owner, "sign-out")


def moderate(server: Server, person: Person, owner: Person, verb: str, **body: int) -> float:
    with owner.http(server.url) as http:
        assert http.post(f"/api/users/{person.id}/{verb}", json={"reason": "x", **body}).is_success
    return time.time()


def delete_session(server: Server, person: Person, _: Person, __: int) -> float:
    done: float = server.site.call(end_session_on_site, person.cookies["sessionid"], expire=False)
    return done


def expire_session(server: Server, person: Person, _: Person, __: int) -> float:
    done: float = server.site.call(end_session_on_site, person.cookies["sessionid"], expire=True)
    return done


ENDINGS: Sequence[Ending] = (
    Ending("sign-out elsewhere", sign_out, "4401"),
    Ending("sign-out everywhere", sign_out_everywhere, "4401"),
    Ending("password change", change_password, "4401"),
    Ending("sign-out by a moderator", end_sessions, "4401"),
    Ending("deactivation", deactivate, "4403"),
    Ending("ban from the site", ban, "4403"),
    Ending("deletion of the account", delete_account, "4403", leaves=True),
    Ending("removal from a room", remove, leaves=True),
    Ending("ban from a room", ban_from_room, leaves=True),
    Ending("session deleted", delete_session, "4401", told=False),
    Ending("session expired", expire_session, "4401", told=False),
)


def deactivate_on_site(user: int) -> float:
    """As the admin does, in a process that serves nobody."""
    from django.db import transaction

    from chat import announce
    from chat.models import User

    committed: list[float] = []
    with transaction.atomic():
        User.objects.filter(pk=user).update(is_active=False)
        # Telling the others may take its time, and comes after.
        transaction.on_commit(lambda: committed.append(time.time()))
        announce.sessions_changed([user])
    return committed[0]


def end_session_on_site(key: str, *, expire: bool) -> float:
    """Behind everybody's back."""
    from django.contrib.sessions.models import Session
    from django.utils import timezone

    row = Session.objects.filter(pk=key)
    assert row.update(expire_date=timezone.now()) if expire else row.delete()[0]
    return time.time()
