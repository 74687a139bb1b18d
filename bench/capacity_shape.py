"""What to run for a load, and what comes to its end first."""

import math
from dataclasses import dataclass

from bench.capacity_figures import Figures
from bench.capacity_load import Load
from bench.capacity_model import MICROSECONDS, Need, need
from bench.ceiling import LATEST_MS

BUSY = 0.5  # of a core, on average over the busiest hour; above it people wait for each other's bursts
HEARING = BUSY / 2  # of it for what all processes hear; beyond that another process hardly helps
RESUME = 10.0  # seconds in which the clients of a process that died are back at the others
REPLICA_FROM = 0.25  # of the primary's cores for history alone
COMPOSE = 4  # processes that docker-compose.yml knows


@dataclass(frozen=True)
class Limits:
    """
    Attributes:
        database_cores: of PostgreSQL's machine.
        max_connections: of PostgreSQL, as in docker-compose.yml; `pool` is DATABASE_POOL.
        process_mib: memory that a process may take.
        network_mbit: of all that leaves for clients, in Mbit/s.
    """

    database_cores: float = 16
    max_connections: int = 120
    pool: int = 16
    process_mib: float = 4096
    network_mbit: float = 10_000


@dataclass(frozen=True)
class Shape:
    """
    Attributes:
        set_by: what needs so many processes.
        redis: servers.
        headrooms: how many times what is needed of it each resource has; below 1 it does not suffice.
    """

    load: Load
    need: Need
    set_by: str
    redis: int
    pgbouncer: bool
    replica: bool
    headrooms: dict[str, float]

    @property
    def bottleneck(self) -> str:
        return min(self.headrooms, key=self.headrooms.__getitem__)

    @property
    def headroom(self) -> float:
        return self.headrooms[self.bottleneck]

    @property
    def cores(self) -> float:
        """That are busy, in all."""
        return self.need.processes * self.need.share + self.need.database + self.need.everyone + self.need.by_room


def recommend(load: Load, figures: Figures, limits: Limits | None = None) -> Shape:
    """The fewest processes that carry the load, and what stands behind them.

    Where what all of them hear is itself too much, so many as carry the rest: its headroom is below 1.
    """
    limits = limits or Limits()
    processes, set_by = _processes(load, figures)
    needed = need(load, figures, processes)
    return Shape(
        load=load,
        need=needed,
        set_by=set_by,
        redis=0 if processes == 1 else max(1, math.ceil(needed.by_room / BUSY)),
        pgbouncer=processes * limits.pool > limits.max_connections,
        replica=needed.history > REPLICA_FROM * limits.database_cores * BUSY,
        headrooms=_headrooms(load, needed, figures, limits),
    )


def _processes(load: Load, figures: Figures) -> tuple[int, str]:
    """The fewest that manage, and what one less would not: doubled until they do, then halved between."""
    enough = 1
    while _too_few(load, figures, enough):
        enough *= 2
    if enough == 1:
        return 1, "one is enough"
    few = enough // 2
    while enough - few > 1:
        middle = (few + enough) // 2
        if _too_few(load, figures, middle):
            few = middle
        else:
            enough = middle
    return enough, _too_few(load, figures, few)


def _too_few(load: Load, figures: Figures, processes: int) -> str:
    """What so many processes do not manage; empty if they do."""
    needed = need(load, figures, processes)
    # SQLite works in the process itself.
    inside = needed.database if processes == 1 else 0.0
    if sum(needed.spread.values()) + inside > BUSY - min(needed.hearing, HEARING):
        return max(needed.spread, key=needed.spread.__getitem__)
    here = load.connections / processes
    if here * load.hall * figures.frame > LATEST_MS * 1000:
        return "a message to everybody"
    if here / max(1, processes - 1) * figures.hello > RESUME * MICROSECONDS:
        return "the return after a failure"
    return ""


def _headrooms(load: Load, needed: Need, figures: Figures, limits: Limits) -> dict[str, float]:
    """Of what another process adds nothing to. Where there is but one, it comes to its end itself."""
    room = limits.process_mib * 1024 - figures.process_kib
    used = {
        "memory of a process": (needed.kib - figures.process_kib) / room,
        "network": needed.sent_bytes * 8 / MICROSECONDS / limits.network_mbit,
    }
    if needed.processes == 1:
        back = load.connections * figures.hello / MICROSECONDS
        used["one process"] = max((needed.share + needed.database) / BUSY, back / RESUME)
    else:
        used["what each process hears of all others"] = needed.hearing / HEARING
        used["the Redis of what concerns everybody"] = needed.everyone / BUSY
        used["cores of PostgreSQL"] = needed.database / (limits.database_cores * BUSY)
        used["commits of PostgreSQL"] = needed.transactions / figures.commits
        connections = needed.processes * limits.pool / limits.max_connections
        if connections <= 1:
            used["connections to PostgreSQL"] = connections
    return {name: 1 / share if share else math.inf for name, share in used.items()}
