"""People are there and say nothing: what their connections weigh, and how they come back."""

import time

from bench.crowd import Crowd, write_seats
from bench.machine import memory_kib, settle
from bench.places import ROOM_OF_FIVE, room_of, seat
from bench.results import Outcome
from bench.scale import Scale
from bench.setups import HEARTBEAT, Setup, Stage, pids, serving

# Connections that come and go before the first look, until each thread has opened what it keeps. Few at a time:
# the heap of those who have gone would be used again, and not counted.
WARM_UP, ROUNDS = 20, 10


def memory(stage: Stage, setup: Setup, scale: Scale) -> Outcome:
    """KiB of resident memory that a signed-in connection adds, each person in a room of five, on new processes."""
    outcome: Outcome = {}
    for connections in scale.idle:
        with stage.site(setup) as site:
            seats = seat(site, people=connections, rooms=connections // ROOM_OF_FIVE, size=ROOM_OF_FIVE)
            with serving(site, setup) as servers:
                file = write_seats(site.folder / "seats", seats)
                for _ in range(ROUNDS):
                    with Crowd.of(servers, file, WARM_UP).holding():
                        pass
                settle()
                before = memory_kib(*pids(servers))
                with Crowd.of(servers, file, connections).holding():
                    # Longer than until the heartbeat, after which each connection has been used once.
                    time.sleep(HEARTBEAT + 1)
                    added = memory_kib(*pids(servers)) - before
        outcome[str(connections)] = {"kib_per_connection": round(added / connections, 1), "process_kib": before}
    return outcome


def storm(stage: Stage, setup: Setup, scale: Scale) -> Outcome:
    """Everybody in one room loses the connection at once and resumes from a cursor."""
    with room_of(scale.storm, stage, setup) as crowd:
        return crowd.ask("storm")
