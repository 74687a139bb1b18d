"""A room that many change, in memory: what the interleavings of the hub read from."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import msgspec
from django.db import OperationalError

from chat import protocol, sync
from tests.ledger import Object

ROOM = 7
RESET_AFTER = 60


@dataclass
class Database:
    """The room as it stands: which row changed last at which tick. Stands for the pool of reading threads."""

    clock: int = 0
    rows: dict[str, tuple[int, Object]] = field(default_factory=dict)
    broken: bool = False

    def change(self, key: str, change: Object) -> bytes:
        self.rows[key] = (self.clock, change)
        return msgspec.json.encode({"tick": self.clock, **change})

    def leave(self, user: int) -> bytes:
        self.clock += 1
        return self.change(f"user {user}", {"member": {"user": {"id": user}, "role": "member", "left": True}})

    def write(self, which: int) -> bytes:
        """Post, or change an earlier message."""
        self.clock += 1
        if (former := self.rows.get(f"message {which}")) is not None:
            message = {**former[1]["message"], "changed": self.clock}
        else:
            message = {"id": which, "room": ROOM, "tick": self.clock, "changed": self.clock}
        return self.change(f"message {which}", {"message": message})

    def left_at(self, user: int) -> int | None:
        return self.rows.get(f"user {user}", (None,))[0]

    async def run(self, work: Any, *args: Any) -> Any:
        answer = self._clocks if work is sync.clocks else self._changes_since
        await asyncio.sleep(0)
        if self.broken:
            raise OperationalError("away")
        found = answer(*args)
        await asyncio.sleep(0)
        return found

    def _clocks(self, rooms: Any) -> dict[int, int]:
        return dict.fromkeys(rooms, self.clock)

    def _changes_since(self, room: int, since: int) -> sync.Chunk:
        reset = since > self.clock or self.clock - since > RESET_AFTER
        later = sorted((tick, change) for tick, change in self.rows.values() if tick > since and not reset)
        # Short chunks, so that a delta often has more to come.
        some, more = later[:5], len(later) > 5
        changes = [msgspec.json.encode({"tick": tick, **change}) for tick, change in some]
        delta = protocol.Delta(
            room=room,
            since=since,
            clock=self.clock,
            more=more,
            reset=reset,
            changes=[msgspec.Raw(each) for each in changes],
        )
        return sync.Chunk(
            room=room,
            object=protocol.encode(delta),
            since=since,
            until=some[-1][0] if more else self.clock,
            clock=self.clock,
            more=more,
            reset=reset,
            members=self._members(since, self.clock if reset or not more else some[-1][0]),
            changes=tuple(changes),
        )

    def _members(self, since: int, until: int) -> tuple[tuple[int, int, bool], ...]:
        left = [(tick, each["member"]["user"]["id"]) for tick, each in self.rows.values() if "member" in each]
        return tuple((tick, user, True) for tick, user in sorted(left) if since < tick <= until)
