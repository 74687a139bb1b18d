"""People: how they come in, what they say about themselves, and how they leave."""

from typing import BinaryIO

from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from chat import announce, uploads
from chat.errors import Refused
from chat.models import Invite, Site, User

from . import invites, rooms


def register(*, username: str, email: str, password: str, name: str = "", invite: Invite | None = None) -> User:
    """Make an account, which joins the lobby and the invite's room.

    Whether the site takes new people at all (`SIGNUP`) is asked at the door, because the demo and the
    tests register people too. An e-mail address that somebody has already is left out of the new account:
    a refusal would tell a stranger who is here. The caller sees the empty `email` and writes to the address.

    Raises `Refused`: `conflict` for a user name that is taken, `forbidden` for an invite that is used up.
    """
    user = prepare_account(username=username, email=email, password=password, name=name)
    with transaction.atomic():
        site = lock_site()
        if _is_taken("username", user.username):
            raise Refused("conflict", _("This user name is taken."))
        if user.email and _is_taken("email", user.email):
            user.email = ""
        user.save()
        goals = {site.lobby} if site.lobby else set()
        if invite:
            invites.use(invite)
            goals |= {invite.room} if invite.room else set()
        # In id order, as everywhere: two people who lock rooms in different orders could block each other.
        for room in sorted(goals, key=lambda room: room.pk):
            rooms.admit(user=user, room=room)
    return user


def prepare_account(*, username: str, email: str, password: str, name: str) -> User:
    """An account that is not stored yet. Hashing the password is slow on purpose: keep it out of transactions."""
    user = User(username=User.normalize_username(username), email=email.lower(), name=name)
    user.set_password(password)
    return user


def lock_site() -> Site:
    """The site's row, locked until the transaction ends, so that accounts are made one after the other.

    What is checked under the lock (is there an account yet, is this name free) then still holds when it is
    written, on both databases alike, without waiting for a unique violation to abort the transaction.
    """
    return Site.objects.select_for_update(no_key=True).get(pk=Site.load().pk)


def _is_taken(field: str, value: str) -> bool:
    # Compared as the unique constraint does, so that its index answers.
    return User.objects.alias(folded=Lower(field)).filter(folded=Lower(Value(value))).exists()


def update_profile(
    *,
    user: User,
    name: str,
    language: str,
    time_zone: str,
    avatar: BinaryIO | None = None,
    remove_avatar: bool = False,
) -> User:
    """Store what `user` says about themselves. A new picture wins over `remove_avatar`.

    Raises `UploadRefused` for a picture that is none.
    """
    key = uploads.store_avatar(avatar) if avatar else ""
    try:
        with transaction.atomic():
            stored = User.objects.select_for_update(no_key=True).get(pk=user.pk)
            old = stored.avatar
            stored.name, stored.language, stored.time_zone = name, language, time_zone
            if key or remove_avatar:
                stored.avatar = key
            stored.save(update_fields=["name", "language", "time_zone", "avatar"])
            announce.person_changed(stored.pk)
            if old and old != stored.avatar:
                transaction.on_commit(lambda: uploads.remove(old))
    except BaseException:
        if key:
            uploads.remove(key)
        raise
    return stored


def change_password(*, user: User, password: str) -> None:
    """Set a password that has been validated. The password is part of every session: all of them end."""
    user.set_password(password)
    with transaction.atomic():
        user.save(update_fields=["password"])
        announce.sessions_changed([user.pk])


def sign_out(*, user: User, session: SessionBase) -> None:
    """End one session, and the sockets that were opened with it."""
    with transaction.atomic():
        session.flush()
        announce.sessions_changed([user.pk])


def sign_out_everywhere(*, user: User) -> None:
    """End all sessions of a person, on every device."""
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(session_version=F("session_version") + 1)
        announce.sessions_changed([user.pk])
