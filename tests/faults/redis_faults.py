"""Redis restarts, forgets, hangs and is away."""

import asyncio

from tests.faults.stage import Stage

HANG = 6.0  # seconds


async def restart(stage: Stage) -> None:
    await asyncio.to_thread(stage.redis.stop)
    await asyncio.to_thread(stage.redis.start)


async def forget_everything(stage: Stage) -> None:
    await asyncio.to_thread(stage.redis.forget_everything)


async def cut_every_connection(stage: Stage) -> None:
    await asyncio.to_thread(stage.redis.cut_every_connection)


async def stay_away(stage: Stage, seconds: float = 20.0) -> None:
    await asyncio.to_thread(stage.redis.stop)
    try:
        await asyncio.sleep(seconds)
    finally:
        await asyncio.to_thread(stage.redis.start)


async def hang(stage: Stage) -> None:
    """SIGSTOP: connections stay open, and nothing answers."""
    stage.redis.pause()
    try:
        await asyncio.sleep(HANG)
    finally:
        stage.redis.resume()
