"""What a load needs of processes, Redis, PostgreSQL and network. Pure: from an assumed load and measured figures.

Work is in microseconds of a core a second. Posts and frames are counted alone: that they share commits and frames
when many come at once is what is held back for bursts.
"""

from dataclasses import dataclass

from bench.capacity_figures import Cost, Figures
from bench.capacity_load import Load, Traffic
from chat.live.engine import CLOCKS_EVERY
from chat.live.feed import RING_BYTES
from chat.live.hub import PROCESS_RING_BYTES
from chat.live.presence import REPEAT

MICROSECONDS = 1e6
AUDIT_QUERIES = 3  # a second, of each process: the sessions, accounts and memberships of a tenth of all people
CLOCK_QUERIES = 2  # every CLOCKS_EVERY seconds: the clocks of all rooms, and whether the database answers
ENVELOPE = 60  # bytes of an object of the wire, or of an announcement, around what it carries
MESSAGE_ROWS = 3  # the message, a mention, its room's clock


@dataclass(frozen=True)
class Need:
    """What a load takes on so many processes.

    Attributes:
        spread: shares of a core that each process gives to its part of the work, by what takes them.
        fixed: those that it gives to what all processes hear, however many they are.
        kib: memory of each process when the rings of its rooms are full.
        database, history: cores of PostgreSQL, and those of them that read history.
        everyone, by_room: shares of a core of Redis: for what concerns everybody, which goes by one server, and
            for what goes by rooms.
        redis_bytes, sent_bytes: bytes/s out of Redis, and to all clients.
        transactions, rows, audits: a second: that write, that are written, and queries of the upkeep.
    """

    traffic: Traffic
    spread: dict[str, float]
    fixed: dict[str, float]
    kib: float
    database: float
    history: float
    everyone: float
    by_room: float
    redis_bytes: float
    sent_bytes: float
    transactions: float
    rows: float
    audits: float

    @property
    def processes(self) -> int:
        return self.traffic.processes

    @property
    def share(self) -> float:
        """Of a core, that each process takes."""
        return sum(self.spread.values()) + self.hearing

    @property
    def hearing(self) -> float:
        return sum(self.fixed.values())


def need(load: Load, figures: Figures, processes: int) -> Need:
    """What each of so many processes, and what they share, has to carry."""
    traffic = Traffic.of(load, processes, figures.marker.process / MICROSECONDS)
    everyone, by_room, redis_bytes = _redis(load, figures, traffic)
    database, history = _database(load, figures, traffic)
    return Need(
        traffic=traffic,
        spread=_spread(load, figures, traffic),
        fixed=_fixed(load, figures, traffic),
        kib=_kib(load, figures, processes),
        database=database,
        history=history,
        everyone=everyone,
        by_room=by_room,
        redis_bytes=redis_bytes,
        sent_bytes=_sent(load, figures),
        transactions=load.messages
        + load.room_markers / traffic.room_batch
        + load.hall_markers / traffic.hall_batch,
        rows=MESSAGE_ROWS * load.messages + load.room_markers + load.hall_markers,
        audits=processes * (AUDIT_QUERIES + CLOCK_QUERIES / CLOCKS_EVERY),
    )


def _spread(load: Load, figures: Figures, traffic: Traffic) -> dict[str, float]:
    markers = load.room_markers + load.hall_markers
    greetings = min(load.arriving, traffic.processes)  # encoded once a second at most
    work = {
        "idle connections": load.connections * figures.connection,
        "posts": load.messages * figures.post.process + traffic.said * figures.say,
        # Their own process answers, and tells the person's connections what they see of the room now.
        "read markers": sum(rate * cost.process for rate, cost in _markers(load, figures, traffic))
        + 2 * markers * figures.frame,
        "messages sent": load.deliveries * (figures.frame + figures.byte * (figures.change_bytes + ENVELOPE)),
        "presence sent": load.presence_frames * figures.frame + _presence_bytes(load, figures) * figures.byte,
        "pages and history": load.opening * figures.history + load.arriving * (figures.page + figures.hello),
        "greetings": greetings * load.in_hall * figures.greet,
    }
    return {name: each / traffic.processes / MICROSECONDS for name, each in work.items()}


def _fixed(load: Load, figures: Figures, traffic: Traffic) -> dict[str, float]:
    if traffic.processes == 1:
        return {}
    told = load.connections / REPEAT + load.changes_of_presence
    work = {
        "announcements heard": traffic.heard / traffic.processes * figures.hear,
        "presence heard": told * (figures.present + figures.present_process * traffic.processes),
    }
    return {name: each / MICROSECONDS for name, each in work.items()}


def _kib(load: Load, figures: Figures, processes: int) -> float:
    here = load.connections / processes
    # Rooms that somebody here is in: each room at most once.
    rooms = load.rooms * min(here, load.connections / max(1.0, load.members)) + bool(load.hall)
    known = load.connections * figures.present_kib if processes > 1 else 0.0
    rings = min(PROCESS_RING_BYTES, rooms * RING_BYTES) / 1024
    return figures.process_kib + here * figures.kib + known + rings


def _redis(load: Load, figures: Figures, traffic: Traffic) -> tuple[float, float, float]:
    present = load.connections / REPEAT * figures.present_bytes
    small = (traffic.markers + traffic.changes) * ENVELOPE + load.changes_of_presence * figures.present_bytes
    bytes_to_all = (present + small) * traffic.processes if traffic.processes > 1 else 0.0
    bytes_by_room = traffic.heard_by_room * figures.announcement_bytes
    everyone = (
        traffic.to_everyone * (figures.say_redis + traffic.processes * figures.hear_redis)
        + bytes_to_all / 1024 * figures.redis_kib
    )
    by_room = (
        traffic.by_room * figures.say_redis
        + traffic.heard_by_room * figures.hear_redis
        + bytes_by_room / 1024 * figures.redis_kib
    )
    return everyone / MICROSECONDS, by_room / MICROSECONDS, bytes_to_all + bytes_by_room


def _database(load: Load, figures: Figures, traffic: Traffic) -> tuple[float, float]:
    """Cores in all, and for history. What requests take was measured on one core with the process: PostgreSQL's
    part of it is taken to be that of another read."""
    part = figures.again.database / (figures.again.database + figures.again.process)
    history = load.opening * figures.history * part
    writes = load.messages * figures.post.database + sum(
        rate * cost.database for rate, cost in _markers(load, figures, traffic)
    )
    arrivals = load.arriving * (figures.page + figures.hello) * part
    return (writes + history + arrivals) / MICROSECONDS, history / MICROSECONDS


def _markers(load: Load, figures: Figures, traffic: Traffic) -> list[tuple[float, Cost]]:
    """Rates and costs of markers and of what they make their people's processes read."""
    return [
        (rate, alone.in_batch(batched, size))
        for rate, size in ((load.room_markers, traffic.room_batch), (load.hall_markers, traffic.hall_batch))
        for alone, batched in (
            (figures.marker, figures.marker_batched),
            (figures.again, figures.again_batched),
        )
    ]


def _presence_bytes(load: Load, figures: Figures) -> float:
    by_rooms, by_hall = load.presence_entries
    return by_rooms * (ENVELOPE + figures.greet_bytes) + by_hall * figures.greet_bytes


def _sent(load: Load, figures: Figures) -> float:
    greeted = load.arriving * (load.in_hall + load.rooms * load.members) * figures.greet_bytes
    return load.deliveries * (figures.change_bytes + ENVELOPE) + _presence_bytes(load, figures) + greeted
