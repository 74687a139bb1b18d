"""One process on SQLite is killed in the middle of writing, and nothing that it acknowledged is lost."""

import asyncio
from contextlib import closing

from tests.faults.checker import check, stored
from tests.faults.showing import PACE
from tests.faults.traffic import conversation
from tests.services.site import NewSite
from tests.services.sqlite import reader


async def test_killed_while_a_reader_keeps_the_log_from_being_written_back(new_site: NewSite) -> None:
    with new_site() as site, site.serve("uvicorn") as server:
        async with conversation(site, [server], pace=PACE) as talk:
            await talk.settled()
            with closing(reader(site.folder / "chat.sqlite3")) as other:
                for _ in range(3):
                    await talk.settled()
                    await asyncio.to_thread(server.kill)
                    await asyncio.to_thread(server.start)
                await talk.settled()
                held = other.execute("SELECT count(*) FROM chat_message").fetchone()
                assert held[0] < talk.acknowledged, "the reader must hold an old state"
            await talk.settled()
            story = await talk.finish()
        check(story, stored(site, list(story.clocks)))
