"""The first visit: the owner's account and the room everybody lands in."""

import base64
import hmac

from django.db import transaction
from django.utils.crypto import salted_hmac

from chat.errors import Refused
from chat.models import Room, Site, User

from . import people, rooms

LOBBY_NAME = "General"


def set_up(*, username: str, email: str, password: str, name: str = "", site_name: str = "") -> User:
    """Make the owner and the lobby. Of two simultaneous visitors one wins.

    Raises `Refused` with `not_found` once there is an account.
    """
    owner = people.prepare_account(username=username, email=email, password=password, name=name)
    owner.is_staff = owner.is_superuser = True
    with transaction.atomic():
        site = people.lock_site()
        if is_set_up():
            raise Refused("not_found", "This site is set up already.")
        owner.save()
        site.lobby, _ = rooms.create_room(by=owner, kind=Room.Kind.PUBLIC, name=LOBBY_NAME)
        site.name = site_name or site.name
        site.save()
    return owner


def is_set_up() -> bool:
    return User.objects.exists()


def is_setup_code(text: str) -> bool:
    """Whether `text` is the code, however it was spaced and cased; compared in constant time."""
    typed = "".join(character for character in text.upper() if character.isalnum())
    return hmac.compare_digest(typed.encode(), setup_code().replace("-", "").encode())


def setup_code() -> str:
    """The code the server prints at start: 40 bits, the same in every process, stored nowhere."""
    digest = salted_hmac("chat.setup", Site.load().epoch, algorithm="sha256").digest()
    letters = base64.b32encode(digest).decode()
    return f"{letters[:4]}-{letters[4:8]}"
