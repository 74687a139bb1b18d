"""How large everything is: the published run, and one that only shows that everything works."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """
    Attributes:
        members: of the room whose ceiling is sought; `senders` of them talk.
        seconds: of a measurement, after `warmup` seconds that do not count.
        precision: the ratio of rates at which the search for a ceiling ends.
        rates: messages/s at which latency is measured, with `latency_members` in the room, on
            `latency_messages` at least, after `latency_warmup` seconds.
        idle: numbers of idle connections whose memory is measured.
        storm: sockets dropped at once.
        small_rooms: rooms of five people each, all of them connected.
        short, long: messages in the two rooms that are compared.
        openings: how often each is opened; the median counts.
    """

    members: int = 500
    senders: int = 20
    seconds: float = 4
    warmup: float = 1
    precision: float = 1.1
    rates: tuple[float, ...] = (10, 50, 200, 1000)
    latency_members: int = 100
    latency_messages: int = 200
    latency_warmup: float = 3
    idle: tuple[int, ...] = (1_000, 5_000)
    storm: int = 1_000
    small_rooms: int = 1_000
    short: int = 1_000
    long: int = 1_000_000
    openings: int = 100


FULL = Scale()
QUICK = Scale(
    members=200,
    seconds=1.5,
    warmup=0.5,
    precision=1.4,
    rates=(10, 50, 200),
    latency_messages=20,
    latency_warmup=0.5,
    idle=(500,),
    storm=300,
    small_rooms=100,
    long=50_000,
    openings=20,
)
