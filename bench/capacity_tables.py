"""The capacity model as Markdown tables: a column for each size, and where each resource comes to its end."""

import math
from collections.abc import Callable, Sequence
from typing import Any

from bench.capacity_figures import Figures
from bench.capacity_load import Load
from bench.capacity_shape import COMPOSE, Limits, Shape, recommend
from bench.tables import table
from chat.protocol import HEARTBEAT

SIZES = (50, 500, 5_000, 20_000, 100_000, 300_000, 1_000_000)
FURTHEST = 2_000_000  # connections up to which an end is looked for
CONNECTIONS = "connections to PostgreSQL"
HEARING = "what each process hears of all others"
MEBI = 1024.0
TELL_FEWER = "presence and read markers only to the processes whom they concern"
# What is to be done where a resource comes to its end.
AFTERWARDS = {
    "one process": "a second process, PostgreSQL, Redis",
    CONNECTIONS: "pgbouncer",
    "network": "presence in large rooms by number, not by name",
    HEARING: TELL_FEWER,
    "the Redis of what concerns everybody": TELL_FEWER,
    "commits of PostgreSQL": "a faster disk; read markers gathered for seconds",
    "cores of PostgreSQL": "a larger machine; then rooms spread over several databases",
    "memory of a process": "more memory; presence only of those who share a room with people here",
}


def sizes(figures: Figures, load: dict[str, Any], limits: Limits, connections: Sequence[int]) -> str:
    """A column for each number of connections; `load` has everything else that is assumed."""
    shapes = [recommend(Load(connections=count, **load), figures, limits) for count in connections]
    head = ["connections", *(f"{count:,}" for count in connections)]
    return table(head, [[name, *(cell(shape) for shape in shapes)] for name, cell in ROWS.items()])


def ends(figures: Figures, load: dict[str, Any], limits: Limits) -> str:
    """At how many connections each resource comes to its end, the first one first; with a hall and without."""
    loads = (load, load | {"hall": 0.0})
    found = {name: [end(name, figures, each, limits) for each in loads] for name in AFTERWARDS}
    rows = [
        [name, *(_size(size) for size in found[name]), AFTERWARDS[name]]
        for name in sorted(found, key=lambda name: found[name])
    ]
    return table(["what ends", "at about", "without a room of everybody", "what then"], rows)


def end(name: str, figures: Figures, load: dict[str, Any], limits: Limits) -> float:
    """The connections from which on the resource does not suffice; infinite beyond `FURTHEST`."""
    low, high = 1, FURTHEST
    if not _ended(name, recommend(Load(connections=high, **load), figures, limits)):
        return math.inf
    while high / low > 1.01:
        middle = math.isqrt(low * high)
        if middle == low:
            break
        if _ended(name, recommend(Load(connections=middle, **load), figures, limits)):
            high = middle
        else:
            low = middle
    return high


def _ended(name: str, shape: Shape) -> bool:
    """What a larger shape has no more came to its end before."""
    if name == CONNECTIONS:
        return shape.pgbouncer
    if name == "one process":
        return shape.need.processes > 1
    return shape.headrooms.get(name, math.inf) < 1


def run(shape: Shape) -> str:
    if not shape.redis:
        return "1 process, SQLite"
    processes = shape.need.processes
    parts = [f"{processes} processes{', one machine' if processes <= COMPOSE else ''}"]
    parts += ["pgbouncer"] * shape.pgbouncer + ["a replica"] * shape.replica
    return ", ".join([*parts, *([f"{shape.redis} Redis"] if shape.redis > 1 else [])])


def _pair(shape: Shape, said: float, heard: float) -> str:
    return f"{_short(said)} / {_short(heard)}" if shape.redis else "–"


def _size(connections: float) -> str:
    return f"beyond {FURTHEST:,}" if math.isinf(connections) else _short(connections)


def _short(number: float) -> str:
    """Two digits: no more is known."""
    if not number:
        return "0"
    rounded = float(f"{number:.2g}")
    return f"{rounded:,.0f}" if rounded >= 10 else f"{rounded:g}" if rounded >= 0.01 else "< 0.01"


ROWS: dict[str, Callable[[Shape], str]] = {
    "run": run,
    "so many processes for": lambda shape: shape.set_by,
    "busy cores: site": lambda shape: _short(shape.need.processes * shape.need.share),
    "… PostgreSQL": lambda shape: _short(shape.need.database) if shape.redis else "in the process",
    "… Redis": lambda shape: _short(shape.need.everyone + shape.need.by_room) if shape.redis else "–",
    "memory of a process, MiB": lambda shape: _short(shape.need.kib / MEBI),
    "of all processes, GiB": lambda shape: _short(shape.need.kib * shape.need.processes / MEBI**2),
    "messages/s": lambda shape: _short(shape.load.messages),
    "deliveries/s": lambda shape: _short(shape.load.deliveries),
    "frames of presence/s": lambda shape: _short(shape.load.presence_frames),
    "heartbeats/s": lambda shape: _short(shape.load.connections / HEARTBEAT),
    "messages/s into Redis / out": lambda shape: _pair(shape, shape.need.traffic.said, shape.need.traffic.heard),
    "MB/s out of Redis": lambda shape: _short(shape.need.redis_bytes / 1e6) if shape.redis else "–",
    "transactions/s that write / rows/s": lambda shape: (
        f"{_short(shape.need.transactions)} / {_short(shape.need.rows)}"
    ),
    "queries/s of the upkeep": lambda shape: _short(shape.need.audits),
    "Mbit/s to clients": lambda shape: _short(shape.need.sent_bytes * 8 / 1e6),
    "**next to end**": lambda shape: f"**{shape.bottleneck}**",
    "… headroom": lambda shape: f"{_short(shape.headroom)}×{'' if shape.headroom >= 1 else ': **not enough**'}",
}
