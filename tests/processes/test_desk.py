"""What is done at the desk of one process reaches sockets at the others, as what is done in the room does."""

import asyncio
from typing import Any

from tests.client import online
from tests.people import Company, gather
from tests.processes.pairs import Pair
from tests.processes.test_moderation import code_of_post


async def act(pair: Pair, company: Company, name: str, model: str = "user", row: int = 0, **fields: Any) -> None:
    """By the form of the first process's desk, as Alice's browser sends it."""
    address = f"/admin/chat/{model}/act/{name}/?ids={row or company.bob.id}"
    with company.alice.http(pair.first.url) as http:
        answer = await asyncio.to_thread(http.post, address, data=fields)
    assert answer.status_code == 302, answer.text


async def test_a_ban_closes_the_sockets_of_all_processes(pair: Pair) -> None:
    company = gather(pair.site)
    async with online(pair.first, company.bob) as here, online(pair.second, company.bob) as there:
        await act(pair, company, "ban", minutes="1440", reason="Adverts")
        assert [await client.closed() for client in (here, there)] == [4403, 4403]


async def test_a_mute_and_a_lock_hold_at_once(pair: Pair) -> None:
    company = gather(pair.site)
    async with online(pair.second, company.bob) as bob:
        assert await code_of_post(bob, company.general) == "ok"
        await act(pair, company, "lock", "room", company.general)
        await bob.until(lambda: "'locked': True" in str(bob.received), "the lock")
        await act(pair, company, "unlock", "room", company.general)
        await act(pair, company, "mute", minutes="60", reason="Adverts")
        assert await code_of_post(bob, company.general) == "muted"
        assert (await bob.see("notice"))["notice"]["text"] == "Adverts"


async def test_nobody_acts_without_the_forms_token(pair: Pair) -> None:
    company = gather(pair.site)
    async with online(pair.second, company.bob) as bob:
        with company.alice.http(pair.first.url) as http:
            del http.headers["X-CSRFToken"]
            address = f"/admin/chat/user/act/ban/?ids={company.bob.id}"
            answer = await asyncio.to_thread(http.post, address, data={"minutes": "", "reason": "x"})
        assert answer.status_code == 403
        assert await code_of_post(bob, company.general) == "ok"
