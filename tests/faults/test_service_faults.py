"""Redis and PostgreSQL fail while people talk, alone and while processes restart."""

from tests.faults import database_faults, process_faults, redis_faults
from tests.faults.faults import lasting
from tests.faults.showing import go_through
from tests.faults.stage import Stage

SHORT = 6.0  # seconds; the soak takes its time


async def test_redis_restarts_forgets_hangs_and_is_away(stage: Stage) -> None:
    await go_through(
        stage,
        (redis_faults.restart,),
        (redis_faults.forget_everything, redis_faults.cut_every_connection),
        (lasting(redis_faults.stay_away, SHORT), process_faults.kill_one),
        (redis_faults.hang, process_faults.kill_one),
    )


async def test_postgresql_crashes_is_full_and_waits(stage: Stage) -> None:
    await go_through(
        stage,
        (database_faults.crash,),
        (database_faults.end_every_backend,),
        (database_faults.take_all_connections,),
        (database_faults.lock_a_room,),
        (database_faults.crash, process_faults.kill_one),
    )
