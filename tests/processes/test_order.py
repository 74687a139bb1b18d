"""Two processes, one order: whoever posts where, all read the same."""

import asyncio

import redis
from channels.layers import get_channel_layer

from tests.client import connected, online
from tests.ledger import Object
from tests.people import add_person, add_room, gather
from tests.processes.pairs import Pair, all_told, heard_by_layer, talk


def stored(room: int) -> list[tuple[int, int]]:
    from chat.models import Message

    return list(Message.objects.filter(room=room).order_by("tick").values_list("pk", "tick"))


async def test_all_see_one_order_and_it_is_the_database_s(pair: Pair) -> None:
    people = [add_person(pair.site, f"talker{number}") for number in range(4)]
    room = add_room(pair.site, members=dict.fromkeys(people, "member"))
    async with (
        online(pair.first, people[0]) as one,
        online(pair.first, people[1]) as two,
        online(pair.second, people[2]) as three,
        online(pair.second, people[3], subprotocol="chat.v1.msgpack") as four,
    ):
        clients = [one, two, three, four]
        answers = await asyncio.gather(
            *(client.send("post", room=room, text=f"{n}") for n in range(50) for client in clients)
        )
        await all_told(room, max(answer["tick"] for answer in answers), *clients)
        # Each tick once, from the first post to the last: the ledger of each client has seen to their order.
        ticks = [change["tick"] for change in four.room(room).changes]
        assert ticks == list(range(5, 205))
        rows = [tuple(row) for row in pair.site.call(stored, room)]
        assert sorted((answer["id"], answer["tick"]) for answer in answers) == sorted(rows)
        assert [(message["id"], message["tick"]) for message in in_order(one.room(room).messages)] == rows


async def test_what_one_person_posts_keeps_its_order(pair: Pair) -> None:
    company = gather(pair.site)
    async with online(pair.first, company.alice) as alice, online(pair.second, company.bob) as bob:
        replies = [await alice.begin("post", room=company.general, text=str(n)) for n in range(100)]
        noise = asyncio.create_task(talk(company.general, bob, messages=50))
        last = max(reply["result"]["tick"] for reply in await asyncio.gather(*replies))
        await all_told(company.general, max(last, await noise), alice, bob)
        mine = [
            message["text"]
            for message in in_order(bob.room(company.general).messages)
            if message["author"]["id"] == company.alice.id
        ]
        assert mine == [str(n) for n in range(100)]


async def test_the_layer_carries_the_changes_themselves(pair: Pair) -> None:
    company = gather(pair.site)
    async with online(pair.first, company.alice) as alice, online(pair.second, company.bob) as bob:
        await heard_by_layer(company.general, alice, bob)
        await heard_by_layer(company.general, bob, alice)


def test_an_idle_layer_still_hears(pair: Pair) -> None:
    """Over the same subscription as before: a library that gives up on a silent one is deaf until it is made anew.

    In a process of its own, because servers send themselves something every few seconds.
    """
    before, after = pair.site.call(subscriptions_around_idling, pair.site.redis_url)
    assert len(before) == 1
    assert before == after


def subscriptions_around_idling(url: str) -> list[list[str]]:
    return asyncio.run(idle(url))


async def idle(url: str) -> list[list[str]]:
    """Redis's ids of the connections that listen here, before and after a silence in which nothing is lost."""
    with redis.Redis.from_url(url) as client:
        others = listeners(client)
        layer = get_channel_layer()
        channel = await layer.new_channel()
        mine = listeners(client) - others
        # The fault is one of time itself: nothing happens for longer than the 5 s that redis-py has as a default.
        await asyncio.sleep(7)
        await layer.send(channel, {"type": "still there?"})
        async with asyncio.timeout(20):
            await layer.receive(channel)
        after = listeners(client) & mine
    await layer.flush()
    return [sorted(mine), sorted(after)]


def listeners(client: "redis.Redis") -> set[str]:
    return {found["id"] for found in client.client_list(_type="pubsub")}


async def test_a_cursor_of_one_process_is_good_at_the_other(pair: Pair) -> None:
    company = gather(pair.site)
    async with online(pair.first, company.alice) as alice:
        async with online(pair.first, company.bob) as bob:
            cursor = await talk(company.general, alice)
            await all_told(company.general, cursor, bob)
        last = await talk(company.general, alice)
        async with connected(pair.second, company.bob) as bob:
            await bob.hello({company.general: cursor})
            await all_told(company.general, last, bob)
            assert len(bob.texts(company.general)) == 20


def in_order(messages: dict[int, Object]) -> list[Object]:
    return sorted(messages.values(), key=lambda message: message["tick"])
