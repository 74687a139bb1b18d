"""What a moderator takes away, gives back or restricts at one process is seen at the other, in order and whole."""

import asyncio
from typing import Any

import pytest

from tests.client import ChatClient, Refused, online
from tests.people import Company, Person, gather
from tests.processes.pairs import Pair, all_told, eventually


async def ask(person: Person, url: str, method: str, path: str, **body: Any) -> Any:
    def send() -> Any:
        with person.http(url) as http:
            return http.request(method, f"/api/{path}", json=body).raise_for_status().json()

    return await asyncio.to_thread(send)


async def code_of_post(client: ChatClient, room: int) -> str:
    try:
        await client.send("post", room=room, text="Hello")
    except Refused as refusal:
        return str(refusal.code)
    return "ok"


@pytest.mark.parametrize("kind", ["pair", "deaf_pair"])
async def test_a_removed_message_goes_and_comes_back_at_both(kind: str, request: pytest.FixtureRequest) -> None:
    pair: Pair = request.getfixturevalue(kind)
    company = gather(pair.site)
    room = company.general
    async with online(pair.first, company.bob) as here, online(pair.second, company.alice) as there:
        posted = await here.send("post", room=room, text="Buy this @room")
        await all_told(room, posted["tick"], here, there)
        path = f"messages/{posted['id']}"
        removed = await ask(company.alice, pair.second.url, "POST", f"{path}/remove", reason="Adverts")
        await all_told(room, removed["tick"], here, there)
        assert [client.texts(room) for client in (here, there)] == [[], []]
        restored = await ask(company.alice, pair.first.url, "POST", f"{path}/restore")
        await all_told(room, restored["tick"], here, there)
        assert [client.texts(room) for client in (here, there)] == [["Buy this @room"]] * 2


async def test_the_restrictions_of_a_room_are_seen_and_hold_at_both(pair: Pair) -> None:
    company = gather(pair.site)
    room = company.general
    async with online(pair.first, company.bob) as here, online(pair.second, company.bob) as there:
        assert [await code_of_post(client, room) for client in (here, there)] == ["ok", "ok"]
        for body, code in (
            ({"locked": True}, "forbidden"),
            ({"locked": False, "announcements": True}, "forbidden"),
            ({"announcements": False, "slow_mode": 21600}, "slow_mode"),
            ({"slow_mode": 0}, "ok"),
        ):
            await ask(company.alice, pair.first.url, "PATCH", f"rooms/{room}/moderation", **body)
            for client in (here, there):
                await client.until(lambda: shows(client, room, body), f"{body}")  # noqa: B023
                assert await code_of_post(client, room) == code


def shows(client: ChatClient, room: int, body: dict[str, Any]) -> bool:
    states = [change["room"] for change in client.room(room).changes if "room" in change]
    return bool(states) and all(states[-1][name] == value for name, value in body.items())


async def test_a_purge_reaches_all_while_the_person_is_posting(pair: Pair) -> None:
    """Both hold the same in the end, without a gap, and nothing of it that was said before the purge ended."""
    company = gather(pair.site)
    room = company.general
    async with (
        online(pair.first, company.bob) as bob,
        online(pair.first, company.alice) as here,
        online(pair.second, company.alice) as there,
    ):
        ticks: list[int] = []
        ended = asyncio.Event()

        async def keep_posting() -> None:
            while not ended.is_set():
                ticks.append((await bob.send("post", room=room, text="Buy this"))["tick"])

        posting = asyncio.create_task(keep_posting())
        await eventually(lambda: len(ticks) >= 30, "thirty posts")
        purged = await purge(pair, company)
        ended.set()
        await posting
        assert purged >= 30
        last = (await here.send("post", room=room, text="He is done"))["tick"]
        await all_told(room, last, bob, here, there)
        told = there.room(room).messages.values()
        left = [message["tick"] for message in told if not message.get("deleted")]
        gone = [message["changed"] for message in told if message.get("deleted")]
        assert len(gone) == purged
        assert min(left) > max(gone)


async def purge(pair: Pair, company: Company) -> int:
    body = {"since": "2020-01-01T00:00:00Z", "reason": "Adverts", "room": company.general}
    path = f"users/{company.bob.id}/purge"
    answer = await ask(company.alice, pair.second.url, "POST", path, **body)
    return int(answer["messages"])
