"""A server process whose clock is wrong: `python -m tests.faults.misdated SECONDS serve …`, ahead or (-) behind.

Everything in the process that asks for the time of day is misled; timers, which ask for no date, are not.
"""

import os
import sys
import time
from datetime import timedelta

from django.utils import timezone

import manage


def main(seconds: int, arguments: list[str]) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "chatsite.settings"
    right_time, right_now = time.time, timezone.now
    time.time = lambda: right_time() + seconds
    # Before any model is imported: their defaults keep the function.
    timezone.now = lambda: right_now() + timedelta(seconds=seconds)
    sys.argv = ["manage.py", *arguments]
    manage.main()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
