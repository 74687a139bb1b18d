"""An assumed load, and the traffic that it makes. All rates are those of the busiest hour, a second."""

import math
from dataclasses import dataclass, fields

from chat.live.presence import REPEAT

HOUR = 3600.0
ANSWERED = 0.1  # seconds within which the markers of those who see the same message come
MARK_EVERY = 2.0  # seconds between two markers of a room by one client


@dataclass(frozen=True)
class Load:
    """
    Attributes:
        connections: people who are connected, one connection each.
        active: the share of them who talk; each says `messages_per_hour`.
        rooms: that each person is in, each with `room_size` connected members.
        hall: the share of all who are in one room besides; all of them say `hall_messages_per_hour` there.
        viewing: the share of a room's connected members who have it on screen, and so move their read marker.
        arrivals: how often an hour each opens the site; `turns` how often each turns away from it or back.
        openings: rooms that each opens in an hour, whose history is read.
    """

    connections: int = 1000
    active: float = 0.25
    messages_per_hour: float = 12
    rooms: float = 10
    room_size: float = 20
    hall: float = 1.0
    hall_messages_per_hour: float = 10
    viewing: float = 0.1
    arrivals: float = 0.5
    turns: float = 2
    openings: float = 4

    def __post_init__(self) -> None:
        for field in fields(self):
            if getattr(self, field.name) < 0:
                raise ValueError(f"{field.name} cannot be less than 0")
        if self.connections < 1:
            raise ValueError("at least one must be connected")
        for share in ("active", "hall", "viewing"):
            if getattr(self, share) > 1:
                raise ValueError(f"{share} is a share: at most 1")

    @property
    def members(self) -> float:
        """Of an ordinary room: no more than there are."""
        return min(self.room_size, self.connections)

    @property
    def in_hall(self) -> float:
        return self.connections * self.hall

    @property
    def room_messages(self) -> float:
        return self.connections * self.active * self.messages_per_hour / HOUR

    @property
    def hall_messages(self) -> float:
        return self.hall_messages_per_hour / HOUR if self.hall else 0.0

    @property
    def messages(self) -> float:
        return self.room_messages + self.hall_messages

    @property
    def deliveries(self) -> float:
        return self.room_messages * self.members + self.hall_messages * self.in_hall

    @property
    def room_markers(self) -> float:
        rooms = self.connections * self.rooms / self.members if self.members else 0.0
        return rooms and rooms * self.members * self.viewing * _marked(self.room_messages / rooms)

    @property
    def hall_markers(self) -> float:
        return self.in_hall * self.viewing * _marked(self.hall_messages)

    @property
    def arriving(self) -> float:
        return self.connections * self.arrivals / HOUR

    @property
    def opening(self) -> float:
        return self.connections * self.openings / HOUR

    @property
    def changes_of_presence(self) -> float:
        """Somebody comes, goes, turns away or back."""
        return self.connections * (2 * self.arrivals + self.turns) / HOUR

    @property
    def presence_frames(self) -> float:
        """To everybody, about those who share a room with them; what changes within a second is one frame."""
        others = self.changes_of_presence / self.connections * min(self.rooms * self.members, self.connections)
        hall = self.in_hall * gathered(others + self.changes_of_presence * self.hall)
        return hall + (self.connections - self.in_hall) * gathered(others)

    @property
    def presence_entries(self) -> tuple[float, float]:
        """People named in those frames: by rooms, each with an object of its own, and in the hall's."""
        by_rooms = self.changes_of_presence * min(self.rooms * self.members, self.connections)
        return by_rooms, self.changes_of_presence * self.hall * self.in_hall


@dataclass(frozen=True)
class Traffic:
    """Announcements a second between so many processes.

    Attributes:
        room_batch, hall_batch: read markers that are stored together.
        markers: to all processes, that some of them moved; `changes` and `repeats` of presence likewise.
        by_room, heard_by_room: of messages, and how often one of those reaches a process.
    """

    processes: int
    room_batch: float
    hall_batch: float
    markers: float
    changes: float
    repeats: float
    by_room: float
    heard_by_room: float

    @classmethod
    def of(cls, load: Load, processes: int, marking: float) -> "Traffic":
        """`marking` is how many seconds one marker takes; those that come meanwhile are stored together."""
        always = load.room_markers + load.hall_markers
        room_batch, hall_batch = (
            max(1.0, max(viewers / ANSWERED, always) / processes * marking)
            for viewers in (load.members * load.viewing, load.in_hall * load.viewing)
        )
        if processes == 1:
            return cls(1, room_batch, hall_batch, 0, 0, 0, 0, 0)
        following = processes * (1 - (1 - 1 / processes) ** load.members)
        return cls(
            processes=processes,
            room_batch=room_batch,
            hall_batch=hall_batch,
            markers=load.room_markers / room_batch + load.hall_markers / hall_batch,
            changes=processes * gathered(load.changes_of_presence / processes),
            repeats=processes / REPEAT,
            by_room=load.messages,
            heard_by_room=load.room_messages * following + load.hall_messages * processes,
        )

    @property
    def to_everyone(self) -> float:
        return self.markers + self.changes + self.repeats

    @property
    def said(self) -> float:
        return self.to_everyone + self.by_room

    @property
    def heard(self) -> float:
        return self.to_everyone * self.processes + self.heard_by_room


def _marked(messages: float) -> float:
    """Markers a second of one who sees so many messages in a room: none within `MARK_EVERY` of the last."""
    return messages / (1 + MARK_EVERY * messages)


def gathered(rate: float) -> float:
    """The share of all seconds in which something happens that happens at this rate."""
    return -math.expm1(-rate)
