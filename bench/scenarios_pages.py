"""Pages and the API over HTTP: how many requests a second a set-up answers."""

from dataclasses import replace

from bench.crowd import write_seats
from bench.machine import settle
from bench.places import ROOM_OF_FIVE, room_of
from bench.results import Outcome
from bench.scale import Scale
from bench.setups import Setup, Stage

CLIENTS = 8  # each asks again as soon as it is answered
ROOM = 1  # the first of a new site


def pages(stage: Stage, setup: Setup, scale: Scale) -> Outcome:
    """Requests/s of eight clients with connections kept alive; whoever signs in is a stranger."""
    outcome: Outcome = {}
    with room_of(ROOM_OF_FIVE, stage, setup) as five:
        members = replace(five, connections=CLIENTS)
        strangers = replace(members, seats=write_seats(five.seats.with_name("strangers"), [(0, "none", ROOM)]))
        for path, crowd in (
            (f"/rooms/{ROOM}/", members),
            (f"/api/rooms/{ROOM}/messages", members),
            ("/accounts/login/", strangers),
        ):
            settle()
            report = outcome[path] = crowd.ask("pages", path=path, seconds=scale.seconds)
            if report["statuses"].keys() != {"200"}:
                raise RuntimeError(f"{path} was answered with {report['statuses']}")
    return outcome
