"""People are cut off, slowed down and left hanging by the network between them and the site."""

from tests.faults import network_faults
from tests.faults.faults import lasting
from tests.faults.showing import go_through
from tests.faults.stage import Stage


async def test_cut_slowed_and_black_holed(stage: Stage) -> None:
    await go_through(
        stage,
        (network_faults.cut,),
        (network_faults.slow_down,),
        (lasting(network_faults.swallow, 4.0),),
    )
