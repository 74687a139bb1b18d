"""The conversation and its checker at the real site, with removals in it, while one of three processes dies."""

import asyncio

from tests.faults.checker import check, stored
from tests.faults.record import Story
from tests.faults.removing import Host
from tests.faults.stage import Stage
from tests.faults.traffic import conversation

REMOVALS = 6


async def test_who_is_removed_hears_nothing_more_and_nobody_else_misses_a_word(stage: Stage) -> None:
    removed = set()
    async with conversation(stage.site, stage.doors, people=60) as talk:
        host = Host(stage.site, talk)
        await talk.settled()
        dying = asyncio.create_task(asyncio.to_thread(stage.servers[1].kill))
        for number in range(REMOVALS):
            removed.add(await host.remove_someone(stage.servers[number % 2 * 2]))
        await dying
        await talk.settled()
        await stage.revive(stage.servers[1])
        await talk.settled()
        story = await talk.finish()
    rows = stored(stage.site, list(story.clocks))
    check(story, rows)
    assert rows.removals.keys() == removed
    for user, room in removed:
        assert heard_in(story, user, room), "must have listened for the removal to mean anything"


def heard_in(story: Story, user: int, room: int) -> bool:
    return any(change.room == room for each in story.connections[user] for change in each.heard)
