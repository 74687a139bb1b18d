"""All faults by name. Each strikes a running stage while people talk, and is over when it returns."""

from collections.abc import Awaitable, Callable

from tests.faults import database_faults, network_faults, process_faults, redis_faults
from tests.faults.stage import Stage

Fault = Callable[[Stage], Awaitable[None]]

PROCESSES: tuple[Fault, ...] = (
    process_faults.kill_one,
    process_faults.kill_several,
    process_faults.kill_all,
    process_faults.hang_one,
    process_faults.restart_each,
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
    """`redis: stay away`"""
    module, name = fault.__module__.rsplit(".", 1)[-1], fault.__name__
    return f"{module.removesuffix('_faults')}: {name.replace('_', ' ')}"
