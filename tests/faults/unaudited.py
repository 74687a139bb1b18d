"""A server process that never looks by itself whether what it holds is still true. Whatever ends there, ends
because the layer told: `python -m tests.faults.unaudited serve …`."""

import os
import sys

import django

import manage


def main(arguments: list[str]) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "chatsite.settings"
    django.setup()
    from chat.live import engine, personal

    # No clocks are compared, and no second's slice of people ever holds anybody.
    engine.CLOCKS_EVERY = 86_400
    personal.SLICES = 10**12
    sys.argv = ["manage.py", *arguments]
    manage.main()


if __name__ == "__main__":
    main(sys.argv[1:])
