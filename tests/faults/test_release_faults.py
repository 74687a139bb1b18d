"""Two releases side by side, as in every upgrade of a site that goes on meanwhile."""

import asyncio

from tests.faults.checker import check, stored
from tests.faults.releases import release
from tests.faults.showing import PACE
from tests.faults.stage import Stage
from tests.faults.traffic import conversation

# What a site runs that is upgraded to this.
BEFORE = "86be47a"


async def test_an_upgrade_process_by_process_and_back(stage: Stage) -> None:
    with release(BEFORE) as before:
        for server in stage.servers:
            await asyncio.to_thread(server.stop)
        await asyncio.gather(*(stage.revive(server, before) for server in stage.servers))
        async with conversation(stage.site, stage.doors, pace=PACE) as talk:
            await talk.settled()
            for server in stage.servers:
                await asyncio.to_thread(server.stop)
                await stage.revive(server)
                await talk.settled()
            # An upgrade may be taken back, too, as long as the other release is about.
            await asyncio.to_thread(stage.servers[0].stop)
            await stage.revive(stage.servers[0], before)
            stage.scatter()
            await talk.settled()
            story = await talk.finish()
        check(story, stored(stage.site, list(story.clocks)))
