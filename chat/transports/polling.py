"""Long polling: what changed after the caller's cursors, as soon as there is anything.

Nothing is kept between two calls, so any process may answer the next one.
"""

import asyncio
from collections.abc import Iterable, Mapping

import msgspec
from django.http import HttpRequest, HttpResponse

from chat import access, protocol, sync
from chat.access import Identity
from chat.api.bodies import SyncQuery
from chat.api.door import SIGNED_OUT, reply
from chat.api.parsing import read_cursors, read_query
from chat.errors import Refused
from chat.live.connection import Connection
from chat.live.engine import Engine
from chat.live.frame import Frame
from chat.models import Site

from .door import TOO_MANY, held_open

MAX_WAIT = 25.0  # seconds
# For what a waiter was closed with; else its session is over.
_REFUSALS = {protocol.Close.TOO_MANY: TOO_MANY}


@held_open
async def poll(request: HttpRequest, engine: Engine, identity: Identity) -> HttpResponse:
    """`{"epoch", "frames"}`: a delta for each room that has moved past its cursor, `gone` for what is not the
    caller's; empty if nothing moves for `wait` seconds."""
    query = read_query(request, SyncQuery)
    if not 0 <= query.wait <= MAX_WAIT:
        # NaN is neither below nor above anything.
        raise Refused("invalid", "wait is 0 to 25 seconds.")
    cursors = read_cursors(query.cursors)
    until = asyncio.get_running_loop().time() + query.wait
    while True:
        epoch, clocks = await engine.reads.run(look, identity.user_id, cursors)
        frames = await _news(engine, identity, cursors, clocks, reset=query.epoch not in (None, epoch))
        left = until - asyncio.get_running_loop().time()
        if frames or left <= 0 or not await _moves(engine, identity, clocks, left):
            return reply({"epoch": epoch, "frames": frames})


def look(user_id: int, rooms: Iterable[int]) -> tuple[str, dict[int, int]]:
    """The site's epoch, and the clocks of those of these rooms that the person is in."""
    return Site.load().epoch, access.clocks(user_id, rooms)


async def _news(
    engine: Engine, identity: Identity, cursors: Mapping[int, int], clocks: Mapping[int, int], *, reset: bool
) -> list[msgspec.Raw]:
    found: dict[int, sync.Chunk] = {}
    size = 0
    for room, clock in clocks.items():
        if reset or clock != cursors[room]:
            try:
                found[room], _ = await engine.hub.read(room, cursors[room], reset=reset)
            except Refused:
                continue
            size += len(found[room].object)
            if size > protocol.WINDOW:
                # The rest is the next call's.
                break
    # Asked again behind the reading: whoever left meanwhile must not see what came after.
    still = await engine.reads.run(access.clocks, identity.user_id, clocks) if found else clocks
    gone = [msgspec.Raw(protocol.encode(protocol.Gone(room=room))) for room in cursors if room not in still]
    return gone + [msgspec.Raw(chunk.object) for room, chunk in found.items() if room in still]


async def _moves(engine: Engine, identity: Identity, clocks: Mapping[int, int], seconds: float) -> bool:
    """Wait until one of the rooms has moved past its clock, or the time is over, or the server restarts: the next
    call is another process's.

    Raises the refusal for a session that ends meanwhile.
    """
    alarm = asyncio.Event()
    closed: list[int] = []

    def ring(_: Frame) -> None:
        alarm.set()

    def shut(code: int) -> None:
        closed.append(code)
        alarm.set()

    waiter = _Waiter(engine.hub, identity, send=ring, shut=shut)
    engine.hub.add(waiter)
    engine.presence.touch(identity.user_id)
    try:
        engine.hub.follow(waiter, [(room, clock, None) for room, clock in clocks.items()])
        if engine.closing:
            return False
        async with asyncio.timeout(seconds):
            await alarm.wait()
    except TimeoutError:
        return False
    finally:
        waiter.detach()
        engine.presence.touch(identity.user_id)
    if closed and closed[0] == protocol.Close.RESTART:
        return False
    if closed:
        raise _REFUSALS.get(closed[0], SIGNED_OUT)
    return True


class _Waiter(Connection):
    """Its first frame says that there is news; what the news is, all who wait at one place read together."""

    __slots__ = ()

    def push(self, encoded: bytes, *, reply: bool = False) -> None:
        """Typing and presence end no wait."""
