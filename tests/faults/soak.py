"""Faults at random for as long as asked: `python -m tests.faults.soak --minutes 30 --seed 7 --json soak.json`.

Ctrl-C ends it in order: the conversation that is going on is ended and judged.
"""

import asyncio
import os
import signal
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from tempfile import TemporaryDirectory


def main() -> int:
    parser = ArgumentParser(description="Talk under faults at random, and hold what was promised against it.")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=1, help="decides which faults strike when, and who says what")
    parser.add_argument("--json", type=Path, help="a file for the figures, written after each round")
    options = parser.parse_args()
    # In a group of its own: a terminal sends Ctrl-C to all of a group, and the servers are still needed then.
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        return run(options)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: os.kill(child, number))
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def run(options: Namespace) -> int:
    with TemporaryDirectory(prefix="chat-soak-") as folder:
        # The cast is made of models, so Django must be there; its own site is not used.
        os.environ |= {"DJANGO_SETTINGS_MODULE": "chatsite.settings", "DATA_DIR": folder}
        import django

        django.setup()
        from tests.faults.endurance import soak
        from tests.faults.tally import Tally

        def tell(tally: Tally) -> None:
            print(tally, flush=True)
            if options.json:
                options.json.write_text(tally.to_json())

        tally = asyncio.run(soak(minutes=options.minutes, seed=options.seed, tell=tell))
    print(tally)
    return 1 if tally.violations else 0


if __name__ == "__main__":
    sys.exit(main())
