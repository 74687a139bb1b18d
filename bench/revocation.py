"""How soon people lose what was taken from them: `python -m bench.revocation`, on three processes and PostgreSQL.

The time runs from the moment at which it is known to be committed until the last of a person's sockets, streams
and long polls at all processes has ended; once while Redis works, and once while it hangs.
"""

import argparse
import asyncio
import json
import os
import statistics
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import django

from bench.machine import commit, describe
from tests.services.installation import running_installation
from tests.services.programs import ROOT
from tests.services.redis import RedisServer
from tests.services.site import Server

OUT = ROOT / "docs" / "bench" / "revocation.json"
STATES = ("Redis works", "Redis hangs")
AUDIT = 10.0  # seconds in which an audit comes round to everybody
Seconds = dict[str, dict[str, list[float]]]  # state, case: one for each time


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.revocation", description=__doc__)
    parser.add_argument("--repeats", type=int, default=5, help="how often each case is measured")
    parser.add_argument("--write", type=Path, nargs="?", const=OUT, metavar="PATH", help=f"write JSON; to {OUT}")
    options = parser.parse_args()
    # The people of the tests are rows of its models.
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
    django.setup()
    found = measure(options.repeats)
    show(found)
    if options.write:
        write(options.write, found, options.repeats)
    return 0


def measure(repeats: int) -> Seconds:
    from tests.faults.stage import start_three

    with running_installation() as (site, _, redis):
        servers, stops = start_three(site)
        with stops:
            return {state: asyncio.run(repeat(state, repeats, redis, servers)) for state in STATES}


async def repeat(
    state: str, repeats: int, redis: RedisServer, servers: Sequence[Server]
) -> dict[str, list[float]]:
    """Each time with new people, and from a moment of its own in the rhythm of the audits."""
    from tests.faults.endings import BY_AUDIT, ENDINGS
    from tests.faults.revoking import revoke_all

    took: dict[str, list[float]] = defaultdict(list)
    try:
        if state == "Redis hangs":
            redis.pause()
        for number in range(repeats):
            print(f"{state}: {number + 1} of {repeats}", flush=True)
            await asyncio.sleep(AUDIT * number / repeats)
            for case in await revoke_all(servers, ENDINGS, BY_AUDIT):
                assert all(ear.how or ear.gone for ear in case.ears), f"{case.ending.name}: not everything ended"
                last = max(ear.ended for ear in case.ears)
                # The answer that says so may come after the end itself.
                took[case.ending.name].append(max(0.0, last - case.at))
    finally:
        redis.resume()
    return dict(took)


def show(found: Seconds) -> None:
    print(f"\n{'median / worst, seconds':<24}" + "".join(f"{state:>20}" for state in STATES))
    for case in found[STATES[0]]:
        cells = (f"{statistics.median(some):.2f} / {max(some):.2f}" for some in (found[s][case] for s in STATES))
        print(f"{case:<24}" + "".join(f"{cell:>20}" for cell in cells))


def write(path: Path, found: Seconds, repeats: int) -> None:
    rounded = {state: {case: [round(one, 3) for one in took] for case, took in cases.items()}
               for state, cases in found.items()}  # fmt: skip
    content = {"commit": commit(), "machine": describe(), "repeats": repeats, "seconds": rounded}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
