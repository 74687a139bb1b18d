"""The threads for database work end with the process, whatever still waits for them."""

import asyncio
import threading

import pytest

from chat.live.pools import Pool


async def test_closing_waits_for_what_runs_and_drops_what_waits() -> None:
    pool = Pool("test", 1)
    begun, goes_on = threading.Event(), threading.Event()
    done: list[str] = []

    def first() -> None:
        begun.set()
        goes_on.wait()
        done.append("first")

    running = asyncio.create_task(pool.run(first))
    await asyncio.to_thread(begun.wait)
    waiting = asyncio.create_task(pool.run(done.append, "second"))
    await asyncio.sleep(0)

    def close() -> None:
        pool.close()
        done.append("closed")

    closing = asyncio.create_task(asyncio.to_thread(close))
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(waiting, 20)
    goes_on.set()
    await closing
    await running
    assert done == ["first", "closed"]
