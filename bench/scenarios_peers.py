"""The peers: the same room, the same texts, the same search, in the same run."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from bench.ceiling import summary
from bench.crowd import Crowd, write_seats
from bench.machine import SERVER_CORE
from bench.peers import running_ejabberd, running_socketio, running_tutorial
from bench.results import Outcome
from bench.scale import Scale
from tests.services.programs import temporary_folder

PREFIX = ["taskset", "-c", str(SERVER_CORE)]


# name: how it is started, what the generator speaks with it, and the rate at which the search begins
PEERS: dict[str, tuple[Callable[[list[str]], AbstractContextManager[int]], str, float]] = {
    "socketio": (running_socketio, "socketio", 80),
    "tutorial": (running_tutorial, "plain", 2),
    "ejabberd": (running_ejabberd, "xmpp", 20),
}


def peer(name: str, scale: Scale) -> Outcome:
    """The ceiling of a peer. It stores nothing, checks nobody and renders nothing, except as its page says."""
    running, protocol, start = PEERS[name]
    with temporary_folder("peer") as folder, running(PREFIX) as port:
        seats = write_seats(folder / "seats", ((number, f"session{number}", 1) for number in range(scale.members)))
        steps = Crowd((port,), seats, scale.members, protocol).climb(start, scale)
    return summary(steps)
