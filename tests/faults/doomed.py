"""A server process that kills itself at a given moment: `python -m tests.faults.doomed MOMENT NUMBER serve …`.

MOMENT is `commit`, `announcement` or `acknowledgement` of posts and other changes, and NUMBER which of them.
"""

import os
import signal
import sys
from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Any

import django

import manage


def main(moment: str, number: int, arguments: list[str]) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "chatsite.settings"
    django.setup()
    from chat import announce, commands

    countdown = count(1)

    def die_when_it_is_time(happening: Callable[..., Any], *given: Any) -> Any:
        if next(countdown) >= number:
            os.kill(os.getpid(), signal.SIGKILL)
        return happening(*given)

    def watch_changes(happening: Callable[..., Any], announcement: announce.Announcement) -> Any:
        if isinstance(announcement, announce.Changes):
            return die_when_it_is_time(happening, announcement)
        return happening(announcement)

    match moment:
        case "commit":
            # Called inside the transaction, when all its rows are written.
            announce.on_commit = partial(watch_changes, announce.on_commit)
        case "announcement":
            announce._deliver = partial(watch_changes, announce._deliver)
        case "acknowledgement":
            posted = commands.Commands._posted
            commands.Commands._posted = lambda *given: die_when_it_is_time(posted, *given)  # type: ignore[method-assign]
        case _:
            raise ValueError(f"no moment named {moment}")
    sys.argv = ["manage.py", *arguments]
    manage.main()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3:])
