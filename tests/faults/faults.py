"""All faults by name. Each strikes a running stage while people talk, and is over when it returns."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import wraps

from tests.faults import database_faults, network_faults, process_faults, redis_faults
from tests.faults.stage import Stage

Fault = Callable[[Stage], Awaitable[None]]
Blow = tuple[Fault, ...]  # what strikes together

PROCESSES: tuple[Fault, ...] = (
    process_faults.kill_one,
    process_faults.kill_several,
    process_faults.kill_all,
    process_faults.hang_one,
    process_faults.restart_each,
    process_faults.restart_with_wrong_clock,
    process_faults.kill_before_commit,
    process_faults.kill_before_announcing,
    process_faults.kill_before_acknowledging,
)
REDIS: tuple[Fault, ...] = (
    redis_faults.restart,
    redis_faults.forget_everything,
    redis_faults.cut_every_connection,
    redis_faults.stay_away,
    redis_faults.hang,
)
DATABASE: tuple[Fault, ...] = (
    database_faults.crash,
    database_faults.end_every_backend,
    database_faults.take_all_connections,
    database_faults.lock_a_room,
)
NETWORK: tuple[Fault, ...] = (
    network_faults.cut,
    network_faults.slow_down,
    network_faults.swallow,
)
FAMILIES = (PROCESSES, REDIS, DATABASE, NETWORK)


def name_of(fault: Fault) -> str:
    """`redis: stay away`; of several together, their names."""
    module, name = fault.__module__.rsplit(".", 1)[-1], fault.__name__
    return f"{module.removesuffix('_faults')}: {name.replace('_', ' ')}"


def lasting(fault: Callable[[Stage, float], Awaitable[None]], seconds: float) -> Fault:
    """The same fault, over after so many seconds."""

    @wraps(fault)
    async def last(stage: Stage) -> None:
        await fault(stage, seconds)

    return last


async def strike_together(stage: Stage, blow: Blow) -> None:
    """All at once; over when all are."""

    async def strike(fault: Fault) -> None:
        await fault(stage)

    async with asyncio.TaskGroup() as striking:
        for fault in blow:
            striking.create_task(strike(fault))
