"""What a room's history must not slow down: opening the room."""

import json
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection

from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from bench.machine import settle
from bench.places import Hall, old_site
from bench.results import Outcome
from bench.scale import Scale
from bench.setups import Setup, Stage, serving
from tests.services.site import Server

BEHIND = 20  # changes that the one who says hello has missed


def opening(stage: Stage, setup: Setup, scale: Scale) -> Outcome:
    """Milliseconds (medians) to open a short and a long room of one database, by page, history and hello.

    The two are opened in turn, so that whatever else the machine does falls on both.
    """
    with old_site(stage, setup, scale) as (site, old):
        halls = (old.short, old.long)
        with serving(site, setup) as [server, *_]:
            settle()
            ways = {"page": _open_page, "history": _read_history, "hello": _say_hello}
            outcome: Outcome = {}
            for name, way in ways.items():
                with ExitStack() as stack:
                    short, long = (stack.enter_context(way(server, hall)) for hall in halls)
                    times = [(_timed(short), _timed(long)) for _ in range(scale.openings)]
                in_short, in_long = (statistics.median(column) * 1000 for column in zip(*times, strict=True))
                outcome[name] = {
                    "short_ms": round(in_short, 2),
                    "long_ms": round(in_long, 2),
                    "ratio": round(in_long / in_short, 2),
                }
    return outcome


def _timed(open_once: Callable[[], None]) -> float:
    start = time.perf_counter()
    open_once()
    return time.perf_counter() - start


@contextmanager
def _open_page(server: Server, hall: Hall) -> Iterator[Callable[[], None]]:
    with _getting(server, hall, f"/rooms/{hall.id}/") as get:
        yield get


@contextmanager
def _read_history(server: Server, hall: Hall) -> Iterator[Callable[[], None]]:
    with _getting(server, hall, f"/api/rooms/{hall.id}/messages") as get:
        yield get


@contextmanager
def _getting(server: Server, hall: Hall, path: str) -> Iterator[Callable[[], None]]:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=60)
    headers = {"Cookie": f"sessionid={hall.seats[0][1]}"}

    def get() -> None:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, f"{path}: {answer.status}"

    try:
        yield get
    finally:
        connection.close()


@contextmanager
def _say_hello(server: Server, hall: Hall) -> Iterator[Callable[[], None]]:
    """A new socket for each, until what was missed has come."""
    cursors = {str(hall.id): hall.clock - BEHIND}

    def greet() -> None:
        with connect(
            server.websocket_url,
            origin=Origin(server.site.url),
            subprotocols=[Subprotocol("chat.v1.json")],
            additional_headers={"Cookie": f"sessionid={hall.seats[0][1]}"},
            compression=None,
            proxy=None,
        ) as socket:
            socket.send(json.dumps({"type": "hello", "ref": "h", "cursors": cursors}))
            while '"type":"delta"' not in str(socket.recv(timeout=60)):
                pass

    yield greet
