"""Rooms, who is in them, and the clock that orders everything that happens there."""

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from typing import ClassVar

from django.db import connection, models
from django.db.models import Q
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from .by_hand import Query, ahead, run_queries


class RoomManager(models.Manager["Room"]):
    def lock(self, ids: Iterable[int]) -> dict[int, "Room"]:
        """The rooms, locked until the transaction ends. In id order, so that no two lockers can deadlock.

        NO KEY, because the stronger lock would block every insert that refers to the room. On SQLite the
        transaction itself is the lock.
        """
        query = self.locking(ids)
        run_queries(query)
        return {room.pk: room for room in query.rows}

    def locking(self, ids: Iterable[int]) -> Query["Room"]:
        """The query of `lock`, to be run together with what reads under the lock."""
        if not connection.in_atomic_block:
            raise TransactionManagementError("A room can be locked in a transaction only.")
        lock = connection.ops.for_update_sql(no_key=True) if connection.features.has_select_for_update else ""
        return Query(Room, "SELECT * FROM chat_room WHERE id IN ({}) ORDER BY id " + lock, [set(ids)])

    def advance(self, ticks: Mapping[int, int]) -> dict[int, int]:
        """Take `ticks[room]` ticks of each room's clock and return the clocks afterwards.

        The rooms must be locked: then commit order is tick order and ticks are dense.
        """
        if not ticks:
            return {}
        sql, values = _advance(ticks)
        with connection.cursor() as cursor:
            cursor.execute(sql + " RETURNING chat_room.id, chat_room.clock", values)
            return dict(cursor.fetchall())

    def advancing(self, ticks: Mapping[int, int]) -> AbstractContextManager[None]:
        """As `advance`, with the first statement inside (`ahead`), for who knows the clocks from the lock."""
        return ahead(*_advance(ticks))


def _advance(ticks: Mapping[int, int]) -> tuple[str, list[int]]:
    places = ", ".join(["(%s, %s)"] * len(ticks))
    pairs = f"(VALUES {places}) AS v"
    sql = f"UPDATE chat_room SET clock = clock + v.column2 FROM {pairs} WHERE chat_room.id = v.column1"
    return sql, [value for pair in ticks.items() for value in pair]


class Room(models.Model):
    class Kind(models.TextChoices):
        PUBLIC = "public"
        PRIVATE = "private"
        DIRECT = "direct"

    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.PUBLIC)
    name = models.CharField(max_length=80, blank=True)
    topic = models.CharField(max_length=250, blank=True)
    # The last tick given out here, and the tick at which the row itself last changed.
    clock = models.BigIntegerField(default=0)
    changed = models.BigIntegerField(default=0)
    archived = models.BooleanField(default=False)
    # In both only moderators post: `locked` is a measure of the moment, `announcements` what the room is for.
    locked = models.BooleanField(default=False)
    announcements = models.BooleanField(default=False, db_default=False)
    slow_mode = models.PositiveIntegerField(default=0, help_text="seconds between two posts of a person")
    # Sorted user ids, so that a set of people has one direct room.
    people_key = models.CharField(max_length=500, null=True, blank=True, unique=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now)

    objects = RoomManager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(clock__gte=0), name="room_clock_not_negative"),
        ]

    def __str__(self) -> str:
        return self.name or f"direct room {self.pk}"


class Membership(models.Model):
    """A person in a room. Rows of people who left are kept: they carry the tick of their leaving."""

    class Role(models.TextChoices):
        OWNER = "owner"
        MODERATOR = "moderator"
        MEMBER = "member"

    class Notify(models.TextChoices):
        ALL = "all"
        MENTIONS = "mentions"
        NONE = "none"

    room = models.ForeignKey(Room, models.CASCADE, related_name="memberships")
    user = models.ForeignKey("chat.User", models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=9, choices=Role.choices, default=Role.MEMBER)
    notify = models.CharField(max_length=8, choices=Notify.choices, default=Notify.ALL)
    last_read = models.BigIntegerField(default=0)
    left = models.BooleanField(default=False)
    changed = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["room", "user"], name="membership_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["room", "changed"], name="membership_room_changed"),
            models.Index(fields=["user", "left"], name="membership_user_left"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.room_id}"
