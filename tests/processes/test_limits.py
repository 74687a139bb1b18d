"""One person at two processes at once: the limits are theirs, not each process's."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack, suppress
from uuid import uuid4

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from tests.client import ChatClient, connected, online
from tests.ledger import Object
from tests.people import Company, gather
from tests.processes.pairs import Pair, eventually
from tests.services.redis import RedisServer
from tests.services.site import NewSite

POSTS, WINDOW = 60, 3.0  # seconds
LATE = 1.0  # seconds between the counting of a post and its storing, on a busy machine
COMMANDS = 100
SOCKETS = 50


@pytest.fixture(scope="module")
def limited(new_postgres_site: NewSite, module_redis: RedisServer) -> Iterator[Pair]:
    with (
        new_postgres_site(module_redis.url, RATE_LIMITS="on") as site,
        site.serve("daphne") as first,
        site.serve("uvicorn") as second,
    ):
        yield Pair(site, first, second)


@pytest.fixture
def people(limited: Pair) -> Company:
    return gather(limited.site)


async def test_posts_by_all_doors_of_all_processes_share_one_limit(limited: Pair, people: Company) -> None:
    room, bob = people.general, people.bob
    async with online(limited.first, bob) as here, online(limited.second, bob) as there:
        with bob.http(limited.first.url) as http_here, bob.http(limited.second.url) as http_there:
            answers = await asyncio.gather(
                *[ask for _ in range(30) for ask in (by_socket(here, room), by_socket(there, room))],
                *[ask for _ in range(10) for ask in (by_http(http_here, room), by_http(http_there, room))],
            )
            refused = [answer for answer in answers if answer is not None]
            assert refused
            moments = limited.site.call(sent_moments, room)
            assert len(moments) == len(answers) - len(refused) >= POSTS
            assert all(
                later - moment > WINDOW - LATE for moment, later in zip(moments, moments[POSTS:], strict=False)
            )
            for refusal in refused:
                assert refusal["code"] == "rate_limited"
                assert 0 < refusal["retry_after"] <= WINDOW
            await asyncio.sleep(max(refusal["retry_after"] for refusal in refused))
            for again in (by_socket(there, room), by_http(http_here, room)):
                assert await again is None
            async with online(limited.second, people.alice) as alice:
                assert await by_socket(alice, room) is None


def sent_moments(room: int) -> list[float]:
    """For `Site.call`: when each message was sent, in seconds."""
    from chat.models import Message

    return sorted(sent.timestamp() for sent in Message.objects.filter(room=room).values_list("sent_at", flat=True))


async def by_socket(client: ChatClient, room: int) -> Object | None:
    """None, or the refusal of a post."""
    answer = await (await client.begin("post", room=room, text="again and again"))
    return answer if answer["type"] == "error" else None


async def by_http(http: httpx.Client, room: int) -> Object | None:
    body = {"ref": uuid4().hex, "text": "again and again"}
    answer = await asyncio.to_thread(http.post, f"/api/rooms/{room}/messages", json=body)
    if answer.status_code == 201:
        return None
    assert answer.status_code == 429
    refusal: Object = answer.json()["error"]
    return refusal


async def test_commands_at_all_processes_close_with_4429(limited: Pair, people: Company) -> None:
    """At each process just within the limit, second after second."""
    async with (
        connected(limited.first, people.bob) as alone,
        connected(limited.first, people.charlie) as here,
        connected(limited.second, people.charlie) as there,
    ):
        both = [asyncio.create_task(keep_pinging(client)) for client in (here, there)]
        single = asyncio.create_task(keep_pinging(alone))
        assert await asyncio.gather(*both) == [4429, 4429]
        assert not single.done()
        single.cancel()
        assert is_open(alone), "it sent as much as each of them"
    with people.charlie.http(limited.second.url) as http:
        answer = await asyncio.to_thread(http.get, "/api/rooms")
        assert (answer.status_code, answer.json()["error"]["code"]) == (429, "rate_limited")


async def keep_pinging(client: ChatClient) -> int:
    """At just below the limit, until the close, whose code is returned."""
    closed = asyncio.create_task(client.closed())
    while not closed.done():
        # The close may come in the middle.
        with suppress(ConnectionClosed):
            for _ in range(COMMANDS - 5):
                await client.begin("ping")
        await asyncio.wait([closed], timeout=1.05)
    return closed.result()


async def test_60_sockets_opened_at_once_end_as_50(limited: Pair, people: Company) -> None:
    async with AsyncExitStack() as stack:
        clients = await asyncio.gather(
            *[
                stack.enter_async_context(connected(server, people.bob))
                for _ in range(30)
                for server in (limited.first, limited.second)
            ]
        )
        await eventually(lambda: sum(is_open(client) for client in clients) == SOCKETS, "50 to remain")
        codes = {client.close_code for client in clients if not is_open(client)}
        assert codes == {4429}
        for server in (limited.first, limited.second):
            async with connected(server, people.bob) as one_more:
                assert await one_more.closed() == 4429
        for client in clients:
            if is_open(client):
                assert await client.send("ping") == {}
        assert sum(is_open(client) for client in clients) == SOCKETS, "neither closes more"


def is_open(client: ChatClient) -> bool:
    return client.close_code is None


@pytest.mark.parametrize("fault", ["paused", "stopped"])
async def test_without_redis_posts_are_answered_and_each_process_counts(
    limited: Pair, people: Company, module_redis: RedisServer, fault: str
) -> None:
    room, bob = people.general, people.bob
    async with online(limited.first, bob) as here, online(limited.second, bob) as there:
        assert await by_socket(here, room) is None
        (module_redis.pause if fault == "paused" else module_redis.stop)()
        try:
            for client in (here, there):
                answers = await asyncio.gather(*[by_socket(client, room) for _ in range(POSTS + 10)])
                assert sum(answer is None for answer in answers) >= POSTS - 1
                assert sum(answer is not None for answer in answers) <= 11
        finally:
            module_redis.resume() if fault == "paused" else module_redis.start()
