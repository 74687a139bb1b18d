"""How much one person may do: 4429 for too many sockets and commands, `rate_limited` for too many posts."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack

import pytest

from tests.client import connected, online
from tests.contract.sockets import bare, close_code_after
from tests.people import Company, add_room, gather
from tests.services.site import NewSite, Server


@pytest.fixture(scope="module", params=["daphne", "uvicorn"])
def limited(request: pytest.FixtureRequest, new_site: NewSite) -> Iterator[Server]:
    """A server that limits what people do, as in life."""
    with new_site() as site, site.serve(request.param, RATE_LIMITS="on") as server:
        yield server


@pytest.fixture
def people(limited: Server) -> Company:
    return gather(limited.site)


async def test_the_51st_socket_is_closed_with_4429(limited: Server, people: Company) -> None:
    async with AsyncExitStack() as sockets:
        clients = [
            await sockets.enter_async_context(connected(limited, people.bob.in_another_session()))
            for _ in range(50)
        ]
        async with connected(limited, people.bob) as one_more:
            assert await one_more.closed() == 4429
        assert await clients[0].send("ping") == {}
        await clients[0].cut()
        # The place is free again once the server has noticed, and others have places of their own.
        async with online(limited, people.alice):
            pass


async def test_more_than_100_commands_a_second_close_with_4429(limited: Server, people: Company) -> None:
    async with connected(limited, people.bob) as client:
        for _ in range(100):
            await client.send("ping")
    async with bare(limited, people.charlie) as socket:
        frames = (f'{{"type": "ping", "ref": "{number}"}}' for number in range(300))
        assert await close_code_after(socket, frames) == 4429


async def test_malformed_frames_count_as_commands(limited: Server, people: Company) -> None:
    async with bare(limited, people.bob) as socket:
        assert await close_code_after(socket, ["malformed"] * 300) == 4429


async def test_a_burst_of_60_posts_is_stored_and_more_is_refused(limited: Server, people: Company) -> None:
    async with online(limited, people.bob) as here, online(limited, people.bob) as there:
        sent = [
            await client.begin("post", room=people.general, text=str(number), ref=f"r{number}")
            for number in range(45)
            for client in [here if number % 2 else there]
        ]
        sent += [await here.begin("post", room=people.general, text=str(n), ref=f"r{n}") for n in range(45, 80)]
        replies = await asyncio.gather(*sent)
        refused = [reply for reply in replies if reply["type"] == "error"]
        assert {reply["code"] for reply in refused} == {"rate_limited"}
        assert all(reply["retry_after"] > 0 for reply in refused)
        assert len(replies) - len(refused) >= 60
        # What was stored is answered all the same.
        assert (await (await here.begin("post", room=people.general, text="0", ref="r0")))["type"] == "ok"
        # Each person for themselves.
        async with online(limited, people.alice) as alice:
            assert await alice.send("post", room=people.general, text="x")


async def test_more_than_100_waiting_commands_close_with_4429(server: Server, company: Company) -> None:
    room = add_room(server.site, members={company.bob: "owner"})
    async with bare(server, company.bob) as socket:
        await socket.send('{"type": "hello", "ref": "h", "cursors": {}}')
        await socket.recv()
        posts = (f'{{"type": "post", "ref": "{n}", "room": {room}, "text": "{"x" * 5000}"}}' for n in range(2000))
        assert await close_code_after(socket, posts) == 4429
