"""Processes die, hang and restart while people talk."""

from tests.faults import process_faults
from tests.faults.showing import go_through
from tests.faults.stage import Stage


async def test_killed_hanging_and_restarted(stage: Stage) -> None:
    await go_through(
        stage,
        (process_faults.kill_several,),
        (process_faults.hang_one,),
        (process_faults.restart_each,),
        (process_faults.kill_all,),
    )


async def test_killed_at_the_worst_moments(stage: Stage) -> None:
    await go_through(
        stage,
        (process_faults.kill_before_commit,),
        (process_faults.kill_before_announcing,),
        (process_faults.kill_before_acknowledging,),
    )
