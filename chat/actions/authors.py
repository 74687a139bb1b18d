"""Authors of imported messages: accounts that nobody can sign in to."""

import hashlib
import re
from collections.abc import Collection, Iterable

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Lower

from chat.errors import Refused
from chat.models import Room, User
from chat.models.people import USERNAME_LENGTH

from . import people, rooms

_UNFIT = re.compile(r"[^\w.+-]+")


def admit_authors(
    *, room: Room, names: Iterable[str], known: Collection[int] = (), bot: bool = False
) -> dict[str, User]:
    """The account of each name, made if there is none, as a member of the room.

    An account that somebody can sign in to is never taken, unless its id is in `known`: the people who wrote the
    earlier part of the same log, before they were given a password. They do not join the lobby, which is for
    people. Raises `Refused` with `conflict` when every user name for a name is taken.
    """
    found: dict[str, User] = {}
    with transaction.atomic():
        people.lock_site()
        for name in sorted(set(names)):
            found[name] = _find_author(name, known) or _make_author(name, bot)
        for user in found.values():
            rooms.admit(user=user, room=room)
    return found


def _find_author(name: str, known: Collection[int]) -> User | None:
    rows = list(_holders(name).values())
    earlier = (row for row in rows if row.pk in known)
    free = (row for row in rows if not _can_sign_in(row))
    return next(earlier, None) or next(free, None)


def _make_author(name: str, bot: bool) -> User:
    holders = _holders(name)
    free = [username for username in _usernames(name) if username not in holders]
    if not free:
        raise Refused("conflict", f"The user names for {name} are all taken.")
    user = User(username=free[0], name=name[:80], bot=bot)
    user.set_unusable_password()
    user.save()
    return user


def _holders(name: str) -> dict[str, User]:
    """Who has the user names a name may get, the first choice first."""
    wanted = _usernames(name)
    rows = User.objects.annotate(folded=Lower("username")).filter(folded__in=wanted)
    held = {row.username.lower(): row for row in rows}
    return {username: held[username] for username in wanted if username in held}


def _can_sign_in(user: User) -> bool:
    # With an address one could ask for a new password.
    return user.has_usable_password() or bool(user.email) or user.is_staff


def _usernames(name: str) -> list[str]:
    """What fits a name, whoever else there is: `|trey|` and `trey` must not become one person."""
    written = User.normalize_username(name).lower()
    fit = _UNFIT.sub("_", written).strip("_")[: USERNAME_LENGTH - 16]
    if fit != written:
        fit = f"{fit or 'nick'}-{hashlib.blake2b(written.encode(), digest_size=2).hexdigest()}"
    names = [fit, f"{fit}-irc", f"{fit}-irc2", f"{fit}-irc3"]
    return [username for username in names if username not in settings.ACCOUNT_USERNAME_BLACKLIST]
