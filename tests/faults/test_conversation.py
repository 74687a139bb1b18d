"""The conversation and its checker against the real site: 60 people at three processes, one of which dies."""

import asyncio
from contextlib import ExitStack

from tests.faults.checker import check, stored
from tests.faults.traffic import conversation
from tests.services.redis import RedisServer
from tests.services.site import NewSite


async def test_a_killed_process_costs_nothing(new_postgres_site: NewSite, redis_server: RedisServer) -> None:
    with new_postgres_site(redis_server.url) as site, ExitStack() as stack:
        servers = [stack.enter_context(site.serve(kind)) for kind in ("daphne", "uvicorn", "daphne")]
        async with conversation(site, servers, people=60) as talk:
            await talk.settled()
            await asyncio.to_thread(servers[1].kill)
            await talk.settled()
            await asyncio.to_thread(servers[1].start)
            await talk.settled()
            story = await talk.finish()
        check(story, stored(site, list(story.clocks)))
