"""A process whose clock is an hour off, beside one that is right: delivery, order, limits and sign-in go on."""

import asyncio

import httpx
import pytest

from tests.cast import PASSWORD
from tests.client import online
from tests.faults import process_faults
from tests.faults.checker import check, stored
from tests.faults.showing import PACE
from tests.faults.stage import Stage
from tests.faults.traffic import conversation
from tests.ledger import Object
from tests.people import Person, add_person, add_room
from tests.services.site import MANAGE, Server

# The limits of the contract: 60 posts in 3 seconds, less than 100 commands a second.
OVER = 70
WINDOW = 3
PATIENCE = 60.0  # seconds


@pytest.fixture
async def misdated(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> list[Server]:
    """The three processes: an hour ahead, right, an hour behind; with the limits of the contract."""
    for server, hours in zip(stage.servers, (1, 0, -1), strict=True):
        await asyncio.to_thread(server.stop)
        monkeypatch.setitem(server.settings, "RATE_LIMITS", "on")
        await stage.revive(server, process_faults.misdated(hours) if hours else MANAGE)
    return stage.servers


async def test_a_wrong_clock_hurts_nobody(stage: Stage, misdated: list[Server]) -> None:
    async with conversation(stage.site, stage.doors, pace=PACE) as talk:
        await talk.settled()
        await talk.settled()
        story = await talk.finish()
    check(story, stored(stage.site, list(story.clocks)))
    refusals = {attempt.refusal for command in story.all_commands("post") for attempt in command.attempts}
    assert "rate_limited" not in refusals

    hasty, slow = add_person(stage.site, "dora"), add_person(stage.site, "emil")
    await limits_hold_for_no_hour(misdated, hasty, add_room(stage.site, members={hasty: "member"}))
    room = add_room(stage.site, members={slow: "member"})
    stage.site.call(slow_down, room)
    await slow_mode_lasts_no_hour(misdated, slow, room)
    for door in misdated:
        cookies = await asyncio.to_thread(sign_in, door, hasty)
        for server in misdated:
            async with online(server, Person(stage.site, hasty.id, hasty.username, cookies)) as client:
                assert await client.send("ping") == {}


async def limits_hold_for_no_hour(servers: list[Server], person: Person, room: int) -> None:
    """What was counted at a clock that is ahead does not count for the next hour elsewhere."""
    for server in servers:
        async with online(server, person) as client:
            refused: list[Object] = []
            # A slow machine stays within the limit for a while.
            async with asyncio.timeout(PATIENCE):
                while not refused:
                    posts = [await client.begin("post", room=room, text=f"{number}") for number in range(OVER)]
                    answers = await asyncio.gather(*posts)
                    refused = [answer for answer in answers if answer["type"] == "error"]
            assert {answer["code"] for answer in refused} == {"rate_limited"}
            assert all(answer["retry_after"] <= WINDOW for answer in refused)
            await asyncio.sleep(WINDOW)
            await client.send("post", room=room, text="after the window")


def slow_down(room: int) -> None:
    """For `Site.call`."""
    from chat.models import Room

    Room.objects.filter(pk=room).update(slow_mode=1)


async def slow_mode_lasts_no_hour(servers: list[Server], person: Person, room: int) -> None:
    """A post dated by a clock that is ahead does not silence its author until then."""
    for server in servers:
        async with asyncio.timeout(PATIENCE), online(server, person) as client:
            while (answer := await (await client.begin("post", room=room, text="slowly")))["type"] == "error":
                assert answer["code"] == "slow_mode"
                assert answer["retry_after"] <= 1
                await asyncio.sleep(answer["retry_after"])


def sign_in(server: Server, person: Person) -> dict[str, str]:
    """The cookies that the sign-in page of this process gives, as a browser sends them everywhere."""
    with httpx.Client(base_url=server.url, headers={"Origin": server.site.url}, trust_env=False) as http:
        http.get("/accounts/login/")
        form = {"login": person.username, "password": PASSWORD, "csrfmiddlewaretoken": http.cookies["csrftoken"]}
        answer = http.post("/accounts/login/", data=form)
        assert answer.status_code == 302, answer.text
        return dict(http.cookies)
