"""A hundred sockets of one person: fifty stay and work, the others are told that they are too many."""

import asyncio
from collections import Counter
from collections.abc import Iterator

import pytest
from websockets.exceptions import ConnectionClosed

from tests.client import ChatClient, connected, online
from tests.people import gather
from tests.services.site import NewSite, Server

ALLOWED = 50


@pytest.fixture(params=["daphne", "uvicorn"])
def limited(request: pytest.FixtureRequest, new_site: NewSite) -> Iterator[Server]:
    with new_site() as site, site.serve(request.param, RATE_LIMITS="on") as server:
        yield server


async def test_a_hundred_sockets_of_one_person(limited: Server) -> None:
    company = gather(limited.site)
    ready, leave = asyncio.Semaphore(0), asyncio.Event()
    codes: Counter[int] = Counter()
    kept: list[ChatClient] = []

    async def come() -> None:
        async with connected(limited, company.bob) as client:
            try:
                await client.send("ping")
            except (ConnectionError, ConnectionClosed):
                codes[await client.closed()] += 1
                ready.release()
            else:
                kept.append(client)
                ready.release()
                await leave.wait()

    coming = [asyncio.create_task(come()) for _ in range(2 * ALLOWED)]
    try:
        for _ in coming:
            async with asyncio.timeout(30):
                await ready.acquire()
        assert codes == {4429: ALLOWED}
        assert len(kept) == ALLOWED
        async with online(limited, company.alice) as alice:
            await asyncio.gather(*[client.hello() for client in kept])
            told = await alice.send("post", room=company.general, text="hello, all of you")
            for client in kept:
                await client.caught_up(company.general, told["tick"])
                assert client.texts(company.general) == ["hello, all of you"]
    finally:
        leave.set()
        await asyncio.gather(*coming)
