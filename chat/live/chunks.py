"""What several ask of the database in one moment is read and encoded once."""

import asyncio
from typing import TYPE_CHECKING

from chat import sync

from .frame import Frame

if TYPE_CHECKING:
    from .pools import Pool


class Chunks:
    def __init__(self, reads: "Pool") -> None:
        self._reads = reads
        self._reading: dict[tuple[int, int, bool], asyncio.Task[tuple[sync.Chunk, Frame]]] = {}

    async def read(self, room_id: int, since: int, *, reset: bool = False) -> tuple[sync.Chunk, Frame]:
        """`changes_since`, encoded. All who ask the same while it is read get the one answer."""
        key = (room_id, since, reset)
        task = self._reading.get(key)
        if task is None:
            task = self._reading[key] = asyncio.create_task(self._read(room_id, since, reset))
            task.add_done_callback(lambda _: self._reading.pop(key, None))
        return await asyncio.shield(task)

    async def _read(self, room_id: int, since: int, reset: bool) -> tuple[sync.Chunk, Frame]:
        action = sync.reset if reset else sync.changes_since
        chunk = await self._reads.run(action, room_id, since)
        return chunk, Frame(chunk.object)
