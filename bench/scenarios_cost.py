"""What a message costs the server, and what must not make it dearer: history, and who is there besides."""

from dataclasses import replace

from bench.crowd import Crowd, write_seats
from bench.machine import cpu_seconds, settle
from bench.places import Hall, hall, seat
from bench.results import Outcome
from bench.scale import Scale
from bench.setups import Setup, Stage, pids, serving
from tests.services.site import Server, Site

SLOW, FAST = 20.0, 220.0  # messages/s whose difference tells what a message costs
TALKERS = 100
ROOMS_OF_IDLE = 5  # rooms of each idle person: there are as many rooms as people, each of this size


def cost(stage: Stage, setup: Setup, scale: Scale) -> Outcome:
    """Microseconds of the server's CPU for a message to a hundred: alone, after much, beside many."""
    idle = max(scale.idle)
    with stage.site(setup) as site:
        short, long = (hall(site, TALKERS, messages) for messages in (scale.short, scale.long))
        crowd = seat(site, people=idle, rooms=idle, size=ROOMS_OF_IDLE)
        with serving(site, setup) as servers:
            alone = _cost(site, servers, short, scale)
            after_long = _cost(site, servers, long, scale)
        with serving(site, setup) as servers:
            ports = tuple(server.port for server in servers)
            with Crowd(ports, crowd, idle, origin=site.url).holding():
                settle(30)
                beside = _cost(site, servers, short, scale)
    return {
        "alone_us": alone,
        "long_history_us": after_long,
        "long_history_ratio": round(after_long / alone, 2),
        "idle_crowd_us": beside,
        "idle_crowd_ratio": round(beside / alone, 2),
        "idle_connections": idle,
    }


def _cost(site: Site, servers: list[Server], hall: Hall, scale: Scale) -> float:
    """From two runs that differ in their rate alone: connecting, heartbeats and idling cancel out."""
    ports = tuple(server.port for server in servers)
    crowd = Crowd(ports, write_seats(site.folder / "talkers", hall.seats), TALKERS, origin=site.url)
    spent: list[float] = []
    sent: list[int] = []
    # The first talk of a process loads what it loads once, and does not count.
    crowd.talk(FAST, replace(scale, seconds=1, warmup=0))
    for rate in (SLOW, FAST):
        settle()
        before = cpu_seconds(*pids(servers))
        report = crowd.talk(rate, replace(scale, seconds=2 * scale.seconds, warmup=0))
        spent.append(cpu_seconds(*pids(servers)) - before)
        sent.append(report["sent"])
    return round((spent[1] - spent[0]) / (sent[1] - sent[0]) * 1e6, 1)
