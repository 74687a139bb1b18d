"""People talk: how much a set-up carries, and how soon a message is seen."""

from dataclasses import replace
from typing import Any

from bench.ceiling import summary
from bench.crowd import Crowd, write_seats
from bench.places import ROOM_OF_FIVE, room_of, seat
from bench.results import Outcome
from bench.scale import Scale
from bench.setups import Setup, Stage, serving

FIRST_RATE = 320  # messages/s at which the search begins
RATE_OF_ONE = 20.0  # messages/s in the one large room
RATE_OF_MANY = 200.0  # messages/s in all small rooms together


def ceiling(stage: Stage, setup: Setup, scale: Scale) -> Outcome:
    """One room: the highest deliveries/s that are carried in full with p99 < 250 ms, and the whole curve."""
    with room_of(scale.members, stage, setup) as crowd:
        steps = crowd.climb(FIRST_RATE, scale)
    return summary(steps)


def latency(stage: Stage, setup: Setup, scale: Scale) -> Outcome:
    """Send → seen in a room of a hundred, at each of the rates."""
    with room_of(scale.latency_members, stage, setup) as crowd:
        return {f"{rate:g}": brief(crowd.talk(rate, _settled(rate, scale))) for rate in scale.rates}


def crowds(stage: Stage, setup: Setup, scale: Scale) -> Outcome:
    """Two sites of different shape at a modest rate: one large room, and a thousand rooms of five."""
    with room_of(scale.members, stage, setup) as crowd:
        one = brief(crowd.talk(RATE_OF_ONE, scale))
    people = scale.small_rooms * ROOM_OF_FIVE
    with stage.site(setup) as site:
        seats = seat(site, people=people, rooms=scale.small_rooms, size=ROOM_OF_FIVE)
        with serving(site, setup) as servers:
            crowd = Crowd.of(servers, write_seats(site.folder / "seats", seats), people)
            all_talk = replace(scale, senders=people)
            many = brief(crowd.talk(RATE_OF_MANY, all_talk))
    return {"one_room": one, "many_rooms": many}


def brief(report: dict[str, Any]) -> Outcome:
    """What of the generator's report is kept."""
    kept = (
        "sent",
        "late",
        "acknowledged",
        "deliveries",
        "expected",
        "gaps",
        "refused",
        "closed",
        "errors",
        "deliveries_per_second",
        "p50_ms",
        "p90_ms",
        "p99_ms",
        "max_ms",
        "server_share",
        "own_cpu_share",
    )
    return {name: report[name] for name in kept}


def _settled(rate: float, scale: Scale) -> Scale:
    """Enough messages for a percentile, and none before all have been told who arrived."""
    return replace(scale, seconds=max(scale.seconds, scale.latency_messages / rate), warmup=scale.latency_warmup)
