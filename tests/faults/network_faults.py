"""What happens between people and the site: half of all connections, whichever process they lead to."""

import asyncio

from tests.faults.proxy import Link, Weather
from tests.faults.stage import Stage

SLOW_FOR = 4.0  # seconds


async def cut(stage: Stage) -> None:
    """RST to both sides."""
    for link in _half(stage):
        link.reset()


async def slow_down(stage: Stage) -> None:
    """A byte a second, then as before."""
    slow = _half(stage)
    for link in slow:
        link.turn(Weather.SLOW)
    await asyncio.sleep(SLOW_FOR)
    for link in slow:
        link.turn(Weather.CLEAR)


async def swallow(stage: Stage, seconds: float | None = None) -> None:
    """Nothing arrives and nothing ends.

    After `seconds` the connections are reset; without, people must notice the silence by themselves, as the
    contract says.
    """
    holes = _half(stage)
    for link in holes:
        link.turn(Weather.HOLE)
    if seconds is not None:
        await asyncio.sleep(seconds)
        for link in holes:
            link.reset()


def _half(stage: Stage) -> list[Link]:
    links = [link for door in stage.doors for link in door.links]
    return stage.random.sample(links, (len(links) + 1) // 2)
