"""The checker lets an honest server pass and catches each faulty one, over real sockets and with real traffic."""

import re

import pytest

from tests.faults import faulty
from tests.faults.checker import Broken, check
from tests.faults.honest import HonestServer
from tests.faults.record import Story
from tests.faults.traffic import talking
from tests.processes.pairs import eventually

PEOPLE = 8
ROOMS = 2
ENOUGH = 120  # acknowledged posts: some occasions for every fault

FAULTS = {  # and what the checker says of them, as patterns
    faulty.Drops: "ticks go on after",
    faulty.Doubles: "ticks go on after",
    faulty.Swaps: "ticks go on after",
    faulty.Misnumbers: "was told",
    faulty.Hides: "was never told of message|holds .* stored is",
    faulty.Forgets: "was acknowledged",
    faulty.Announces: "was told",
    faulty.StoresTwice: "is stored 2 times",
    faulty.Reorders: "their ticks are",
    faulty.ForgetsEdits: "acknowledged or possible are",
    faulty.TellsTheRemoved: "who was removed at",
}


async def test_an_honest_server_passes() -> None:
    server = HonestServer(PEOPLE, ROOMS)
    story = await talk_at(server)
    check(story, server.rows())
    commands = list(story.all_commands("post", "edit", "delete", "react"))
    assert {command.kind for command in commands if command.tick} == {"post", "edit", "delete", "react"}
    assert any(len(list(post.answers)) > 1 for post in story.all_commands("post")), "no ref was repeated"
    assert any(command.unsettled for command in commands), "no answer was lost"
    assert server.rows().removals


@pytest.mark.parametrize("kind", FAULTS, ids=lambda kind: kind.__name__)
async def test_a_faulty_server_is_caught(kind: type[HonestServer]) -> None:
    server = kind(PEOPLE, ROOMS)
    story = await talk_at(server)
    with pytest.raises(Broken) as broken:
        check(story, server.rows())
    assert any(re.search(FAULTS[kind], violation) for violation in broken.value.violations), str(broken.value)


async def talk_at(server: HonestServer) -> Story:
    """A conversation in the middle of which somebody is removed from a room."""
    async with server.running(), talking(server.cast, [server], pace=20) as talk:
        await eventually(lambda: talk.acknowledged >= ENOUGH / 2, "half the talk")
        removed = server.cast.people[0]
        server.remove(removed.id, removed.rooms[0])
        await eventually(lambda: talk.acknowledged >= ENOUGH, "the talk")
        return await talk.finish()
