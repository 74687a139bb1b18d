"""Run the benchmark: `python -m bench`, or `make bench`."""

import argparse
import signal
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from bench import generator, report
from bench.machine import commit, describe, raise_file_limit, take_cores
from bench.peers import NotInstalled
from bench.results import OtherRun, Outcome, Results, unmeasured
from bench.scale import FULL, QUICK, Scale
from bench.scenarios_cost import cost
from bench.scenarios_idle import memory, storm
from bench.scenarios_opening import opening
from bench.scenarios_pages import pages
from bench.scenarios_peers import PEERS, peer
from bench.scenarios_talk import ceiling, crowds, latency
from bench.setups import ALONE, SETUPS, Setup, Stage
from tests.services.programs import ROOT

# Each part of the benchmark, and the set-ups it is run on; what a message costs is asked of one process only.
# The peers come right after what they are compared with.
PARTS: dict[str, tuple[Callable[[Stage, Setup, Scale], Outcome], list[Setup]]] = {
    "ceiling": (ceiling, SETUPS),
    "latency": (latency, SETUPS),
    "crowds": (crowds, SETUPS),
    "memory": (memory, SETUPS),
    "storm": (storm, SETUPS),
    "opening": (opening, SETUPS),
    "cost": (cost, ALONE),
    "pages": (pages, SETUPS),
}
QUICK_SETUPS = ["daphne-sqlite-1", "uvicorn-sqlite-1"]
# How the services of the tests say that a program is missing.
NOT_INSTALLED = (pytest.skip.Exception, pytest.fail.Exception)
Job = tuple[str, str, Callable[[], Outcome]]


def main() -> int:
    options = _options()
    take_cores()
    raise_file_limit()
    # The databases and servers that were started must not outlive the benchmark.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))
    try:
        results = Results.open(
            options.out / "results.json", options.run, commit=commit(), machine=describe(), scale=options.scale
        )
    except OtherRun as refusal:
        print(refusal, file=sys.stderr)
        return 2
    generator.build()
    print(f"run {results.run} of commit {results.commit}; to go on with it: --run {results.run}", flush=True)
    with Stage() as stage:
        for part, name, measure in _jobs(stage, options):
            if not results.has(part, name):
                results.record(part, name, _measured(part, name, measure))
    print(report.markdown(results))
    report.write(results)
    return any("error" in outcome for part in results.parts.values() for outcome in part.values())


def _jobs(stage: Stage, options: argparse.Namespace) -> Iterator[Job]:
    scale = QUICK if options.scale == "quick" else FULL
    for part, (measure, setups) in PARTS.items():
        if part in options.only:
            for setup in setups:
                if setup.name in options.setups:
                    yield part, setup.name, partial(measure, stage, setup, scale)
        if part == "ceiling" and "peers" in options.only:
            for name in PEERS:
                yield "peers", name, partial(peer, name, scale)


def _measured(part: str, name: str, measure: Callable[[], Outcome]) -> Outcome:
    """One that fails must not cost the figures of the others."""
    print(f"{part} {name} … ", end="", flush=True)
    start = time.monotonic()
    try:
        outcome = measure()
    except NotInstalled as missing:
        outcome = {"missing": f"{missing} is not installed"}
    except (Exception, *NOT_INSTALLED) as error:  # whatever a server or a peer may do
        outcome = {"error": f"{type(error).__name__}: {error}"[-2000:]}
    print(f"{time.monotonic() - start:.0f} s {unmeasured(outcome)}", flush=True)
    return outcome


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description="The site and its peers under load, servers on one core, the load on another.",
    )
    parts = [*PARTS, "peers"]
    names = [setup.name for setup in SETUPS]
    parser.add_argument("--only", nargs="+", choices=parts, default=parts, metavar="PART", help=", ".join(parts))
    parser.add_argument("--setups", nargs="+", choices=names, metavar="SETUP", help=", ".join(names))
    parser.add_argument(
        "--quick",
        dest="scale",
        action="store_const",
        const="quick",
        default="full",
        help="small and short: shows that everything works, not how fast it is",
    )
    parser.add_argument("--run", help="go on with this run, if the results are of it: what is measured is kept")
    parser.add_argument(
        "--out", type=Path, default=ROOT / "docs/bench", help="the folder of results.json and the plots"
    )
    options = parser.parse_args()
    options.setups = options.setups or (QUICK_SETUPS if options.scale == "quick" else names)
    return options


if __name__ == "__main__":
    sys.exit(main())
