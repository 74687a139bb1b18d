"""What the site must reach, and whether a run shows that it does."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from bench.results import Outcome, Results

Reading = Callable[[Results, str], float | None]


@dataclass(frozen=True)
class Target:
    """A figure of a set-up, and its bound on each server: at least (`more`) or at most that much."""

    figure: str
    unit: str
    more: bool
    bounds: dict[str, float]
    read: Reading

    def bound(self, setup: str) -> float:
        return self.bounds[setup.partition("-")[0]]

    def is_met(self, value: float, setup: str) -> bool:
        return value >= self.bound(setup) if self.more else value <= self.bound(setup)


def outcome(results: Results, part: str, name: str) -> Outcome | None:
    """What was measured; None if it was not, or failed."""
    return results.parts[part][name] if results.has(part, name) else None


def ratio(results: Results, setup: str, peer: str) -> float | None:
    """The set-up's ceiling as a multiple of the peer's, both of the run."""
    ours, theirs = outcome(results, "ceiling", setup), outcome(results, "peers", peer)
    if not ours or not theirs or not theirs["deliveries_per_second"]:
        return None
    return float(ours["deliveries_per_second"] / theirs["deliveries_per_second"])


def _at_50(percentile: str) -> Reading:
    def read(results: Results, setup: str) -> float | None:
        found = outcome(results, "latency", setup)
        return found["50"][percentile] if found else None

    return read


def _memory(results: Results, setup: str) -> float | None:
    found = outcome(results, "memory", setup)
    return max(size["kib_per_connection"] for size in found.values()) if found else None


def _storm(results: Results, setup: str) -> float | None:
    found = outcome(results, "storm", setup)
    if found is None:
        return None
    return float(found["seconds"]) if found["resumed"] == found["connections"] else math.inf


def _opening(results: Results, setup: str) -> float | None:
    found = outcome(results, "opening", setup)
    return max(way["ratio"] for way in found.values()) if found else None


def _bounds(daphne: float, uvicorn: float) -> dict[str, float]:
    return {"daphne": daphne, "uvicorn": uvicorn}


TARGETS = [
    Target("ceiling, × Socket.IO", "×", True, _bounds(1.2, 2.5), lambda r, s: ratio(r, s, "socketio")),
    Target("ceiling, × Channels tutorial", "×", True, _bounds(40, 100), lambda r, s: ratio(r, s, "tutorial")),
    Target("send → seen at 50 msg/s, p50", " ms", False, _bounds(10, 5), _at_50("p50_ms")),
    Target("send → seen at 50 msg/s, p99", " ms", False, _bounds(50, 25), _at_50("p99_ms")),
    Target("memory of an idle connection", " KiB", False, _bounds(40, 32), _memory),
    Target("storm, all resumed", " s", False, _bounds(15, 10), _storm),
    Target("opening a long room, × a short one", "×", False, _bounds(1.5, 1.5), _opening),
]
