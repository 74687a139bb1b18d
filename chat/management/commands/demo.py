"""Fill an empty site with a few people, rooms and conversations, for a look around."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils.crypto import get_random_string

from chat.actions import setup
from chat.demo_content.stage import perform
from chat.errors import Refused

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that looks like another


class Command(BaseCommand):
    help = "Fill an empty site with a few people, rooms and conversations, for a look around."

    def handle(self, *args: Any, **options: Any) -> None:
        password = "-".join(get_random_string(4, LETTERS) for _ in range(4))
        try:
            if setup.is_set_up():
                raise CommandError("This site has people already: the demo fills empty sites only.")
            owner, *others = perform(password)
        except Refused as refusal:
            raise CommandError(refusal.message) from None
        except DatabaseError as error:
            raise CommandError(f"The database refused: {str(error).strip().splitlines()[0]}.") from error
        names = ", ".join(user.username for user in others)
        self.stdout.write(
            f"Sign in at {settings.SITE_URL}/ as {owner.username}, who owns the site, or as {names}."
        )
        self.stdout.write(f"The password of all of them, shown only this once: {password}")
