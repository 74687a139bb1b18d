"""What a message costs the server, and what must not make it dearer: history, and who is there besides."""

import statistics
import time
from dataclasses import replace

from bench.crowd import Crowd, write_seats
from bench.machine import cpu_seconds, settle
from bench.places import HALL, Hall, old_site
from bench.results import Outcome
from bench.scale import Scale
from bench.setups import HEARTBEAT, Setup, Stage, pids, serving
from tests.services.site import Server

SLOW, FAST = 20.0, 220.0  # messages/s whose difference tells what a message costs
TALK = 7  # seconds: with coming and going it fits between two heartbeats
ROUNDS = 2  # whose mean counts


def cost(stage: Stage, setup: Setup, scale: Scale) -> Outcome:
    """Microseconds of CPU for a message to a hundred: alone, after much, beside many.

    Of the server, PostgreSQL and Redis together.
    """
    backing = stage.backing(setup)
    with old_site(stage, setup, scale) as (site, old):
        with serving(site, setup) as servers:
            measured = [*pids(servers), *backing]
            idling = _idling(measured)
            alone, after_long = _costs(servers, measured, [old.short, old.long], scale, idling)
        with serving(site, setup) as servers:
            file = write_seats(site.folder / "idle", old.idle)
            with Crowd.of(servers, file, len(old.idle)).holding():
                settle()
                measured = [*pids(servers), *backing]
                idling = _idling(measured)
                [beside] = _costs(servers, measured, [old.short], scale, idling)
    return {
        "alone_us": alone,
        "long_history_us": after_long,
        "long_history_ratio": round(after_long / alone, 2),
        "idle_crowd_us": beside,
        "idle_crowd_ratio": round(beside / alone, 2),
        "idle_connections": len(old.idle),
        "idle_crowd_share": round(idling, 3),
    }


def _idling(measured: list[int]) -> float:
    """The share of a core that these processes take while nobody speaks, over one heartbeat of everybody."""
    before = cpu_seconds(*measured)
    time.sleep(HEARTBEAT)
    return (cpu_seconds(*measured) - before) / HEARTBEAT


def _costs(
    servers: list[Server], measured: list[int], halls: list[Hall], scale: Scale, idling: float
) -> list[float]:
    """The cost in each hall; they are measured in turn, so that whatever else the machine does falls on all."""
    rounds = [[_cost(servers, measured, hall, scale, idling) for hall in halls] for _ in range(ROUNDS)]
    return [round(statistics.mean(column), 1) for column in zip(*rounds, strict=True)]


def _cost(servers: list[Server], measured: list[int], hall: Hall, scale: Scale, idling: float) -> float:
    """From two runs that differ in their rate alone: connecting cancels out, idling is taken off."""
    crowd = Crowd.of(servers, write_seats(servers[0].site.folder / "talkers", hall.seats), HALL)
    spent: list[float] = []
    sent: list[int] = []
    # The first talk of a process loads what it loads once, and does not count.
    crowd.talk(FAST, replace(scale, seconds=1, warmup=0))
    for rate in (SLOW, FAST):
        settle()
        start, before = time.monotonic(), cpu_seconds(*measured)
        sent.append(crowd.talk(rate, replace(scale, seconds=TALK, warmup=0))["sent"])
        # For whole heartbeats, so that each run has as many: one of an idle crowd costs as much as hundreds of
        # messages.
        time.sleep(-(time.monotonic() - start) % HEARTBEAT)
        spent.append(cpu_seconds(*measured) - before - idling * (time.monotonic() - start))
    return (spent[1] - spent[0]) / (sent[1] - sent[0]) * 1e6
