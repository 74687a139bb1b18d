"""A server process that loses patience after four seconds, not 60: `python -m tests.hostile.impatient serve …`."""

import os
import sys

import django

import manage

PATIENCE = 4.0


def main(arguments: list[str]) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "chatsite.settings"
    django.setup()
    from chat.servers import refusals

    # Before either server is imported: they take the numbers over.
    refusals.BODY_TIMEOUT = refusals.UNREAD_TIMEOUT = PATIENCE
    sys.argv = ["manage.py", *arguments]
    manage.main()


if __name__ == "__main__":
    main(sys.argv[1:])
