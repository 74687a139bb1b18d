"""An engine's parts without a server: connections that keep what is sent to them."""

import asyncio
from typing import Any, cast

import msgspec

from chat import protocol, sync
from chat.access import Identity
from chat.live.connection import Connection
from chat.live.frame import Frame
from chat.live.hub import Hub
from chat.live.pools import Pool
from chat.models import User


class FakeReads:
    """Stands for the pool of reading threads: answers `run` with what the test set."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []
        # A hub compares the clocks of every new feed; unless the test says otherwise, none has moved.
        self.answers: dict[str, Any] = {"clocks": {}}

    @property
    def deltas(self) -> list[tuple[Any, ...]]:
        return [asked for asked in self.asked if asked[0] != "clocks"]

    async def run(self, work: Any, *args: Any) -> Any:
        self.asked.append((work.__name__, *args))
        await asyncio.sleep(0)
        answer = self.answers[work.__name__]
        return answer(*args) if callable(answer) else answer


def make_hub(reads: Any = None) -> Hub:
    return Hub(cast(Pool, reads or FakeReads()))


class Wire:
    """What a connection has sent, decoded, and how it was closed."""

    def __init__(self, hub: Hub, user_id: int = 1, *, window: int = protocol.WINDOW) -> None:
        self.frames: list[list[dict[str, Any]]] = []
        self.bytes = 0
        self.closed: list[int] = []
        self.connection = Connection(
            hub,
            Identity(user=User(pk=user_id), session_key=f"session {user_id}"),
            send=self._send,
            shut=self.closed.append,
            window=window,
        )
        hub.add(self.connection)

    def _send(self, frame: Frame) -> None:
        self.frames.append(msgspec.json.decode(frame.json))
        self.bytes += len(frame.json)

    @property
    def objects(self) -> list[dict[str, Any]]:
        return [item for frame in self.frames for item in frame]

    def ticks(self) -> list[int]:
        return [change["tick"] for item in self.objects for change in item.get("changes", ())]


async def settle() -> None:
    """Let everything run that can run without the clock."""
    for _ in range(20):
        await asyncio.sleep(0)


def body(first: int, last: int, size: int = 0) -> bytes:
    """Encoded changes for these ticks; `size` bytes of text in each."""
    return b",".join(b'{"tick":%d,"message":{"text":"%b"}}' % (t, b"x" * size) for t in range(first, last + 1))


def chunk(since: int, clock: int, *, reset: bool = False, members: Any = ()) -> sync.Chunk:
    changes = () if reset else tuple(body(tick, tick) for tick in range(since + 1, clock + 1))
    delta = protocol.Delta(room=7, since=since, clock=clock, more=False, reset=reset, changes=[])
    return sync.Chunk(
        room=7,
        object=protocol.encode(delta).replace(b'"changes":[]', b'"changes":[%b]' % b",".join(changes)),
        since=since,
        until=clock,
        clock=clock,
        more=False,
        reset=reset,
        members=tuple(members),
        changes=changes,
    )
