"""Processes die, hang and restart."""

import asyncio
import signal

from tests.faults.stage import Stage

# So many of its kind a doomed process lives through: enough that people are at it again.
LIVES_THROUGH = 10
HANG = 4.0  # seconds
DOOM = 120.0  # seconds; the database or Redis may be away for some of them


async def kill_one(stage: Stage) -> None:
    """kill -9, and started again."""
    server = stage.any_server()
    await asyncio.to_thread(server.kill)
    await stage.revive(server)


async def kill_several(stage: Stage) -> None:
    for _ in range(3):
        await kill_one(stage)


async def kill_all(stage: Stage) -> None:
    """A power cut: everybody is thrown out at once, and nobody is left to remember."""
    for server in stage.servers:
        server.kill()
    await asyncio.gather(*(stage.revive(server) for server in stage.servers))


async def hang_one(stage: Stage) -> None:
    """SIGSTOP: the process is behind when it goes on, and does not know."""
    server = stage.any_server()
    server.pause()
    try:
        await asyncio.sleep(HANG)
    finally:
        server.resume()


async def restart_each(stage: Stage) -> None:
    """SIGTERM to one after the other, as an upgrade does."""
    for server in stage.servers:
        await asyncio.to_thread(server.stop)
        await stage.revive(server)


async def restart_with_wrong_clock(stage: Stage) -> None:
    """One process lives an hour ahead or behind from now on, until it is started again."""
    server = stage.any_server()
    await asyncio.to_thread(server.stop)
    await stage.revive(server, misdated(stage.random.choice((-1, 1))))


def misdated(hours: int) -> tuple[str, ...]:
    """The program of a process whose clock is ahead by so many hours, or behind."""
    return ("-m", "tests.faults.misdated", str(hours * 3600))


async def kill_before_commit(stage: Stage) -> None:
    """kill -9 inside the transaction that stores a batch."""
    await _let_die_at(stage, "commit")


async def kill_before_announcing(stage: Stage) -> None:
    """kill -9 after the commit, before anybody was told."""
    await _let_die_at(stage, "announcement")


async def kill_before_acknowledging(stage: Stage) -> None:
    """kill -9 after the commit and its announcement, before the author was answered."""
    await _let_die_at(stage, "acknowledgement")


async def _let_die_at(stage: Stage, moment: str) -> None:
    server = stage.any_server()
    await asyncio.to_thread(server.stop)
    await stage.revive(server, ("-m", "tests.faults.doomed", moment, str(LIVES_THROUGH)))
    # Who was at this process is elsewhere by now: all choose anew, or nobody would bring the moment about.
    stage.scatter()
    assert server.process
    status = await asyncio.to_thread(server.process.wait, DOOM)
    assert status == -signal.SIGKILL, "it must die of the moment, not of anything else"
    await stage.revive(server)
