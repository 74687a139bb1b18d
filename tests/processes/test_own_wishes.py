"""A block, and an account that its person deletes, at one process: the others know at once."""

import asyncio

import pytest

from tests.cast import PASSWORD
from tests.client import Refused, online
from tests.faults.endings import BY_AUDIT
from tests.people import Company, Person, add_room, gather
from tests.processes.pairs import Pair


def delete_account(url: str, person: Person) -> None:
    with person.http(url) as http:
        answer = http.post(
            "/accounts/delete/", data={"password": PASSWORD, "csrfmiddlewaretoken": person.cookies["csrftoken"]}
        )
        assert answer.headers["location"] == "/accounts/login/"


async def ask(url: str, person: Person, method: str, path: str, **fields: object) -> int:
    def request() -> int:
        with person.http(url) as http:
            return http.request(method, path, **fields).status_code  # type: ignore[arg-type]

    return await asyncio.to_thread(request)


async def test_a_block_is_told_and_holds_at_both(pair: Pair) -> None:
    company = gather(pair.site)
    alice, bob = company.alice, company.bob
    talk = add_conversation(pair, company)
    async with (
        online(pair.first, bob) as here,
        online(pair.second, bob) as there,
        online(pair.second, alice) as other,
    ):
        await other.send("post", room=talk, text="Before")
        assert await ask(pair.first.url, bob, "PUT", f"/api/blocks/{alice.id}") == 200
        for client in (here, there):
            assert (await client.see("blocks"))["users"] == [alice.id]
        with pytest.raises(Refused) as refused:
            await other.send("post", room=talk, text="After")
        assert refused.value.code == "forbidden"
        async with online(pair.second, bob) as late:
            assert (await late.see("blocks"))["users"] == [alice.id]
        assert await ask(pair.second.url, bob, "DELETE", f"/api/blocks/{alice.id}") == 200
        for client in (here, there):
            await client.see("blocks", users=[])
        await other.send("post", room=talk, text="Again")
        assert not [item for item in other.received if item["type"] == "blocks"], "a block is personal"


async def test_an_account_is_gone_at_both(pair: Pair) -> None:
    company = gather(pair.site)
    alice, bob = company.alice, company.bob
    async with (
        online(pair.first, bob) as here,
        online(pair.second, bob) as there,
        online(pair.second, alice) as other,
    ):
        said = await there.send("post", room=company.general, text="Farewell")
        await other.caught_up(company.general, said["tick"])
        await asyncio.to_thread(delete_account, pair.first.url, bob)
        assert [await client.closed() for client in (here, there)] == [4403, 4403]
        told = await other.see("user")
        assert told["user"] == {"id": bob.id, "name": "Former member"}
        await other.caught_up(company.general, said["tick"] + 1)
        assert await ask(pair.second.url, bob, "GET", "/api/rooms") == 401


async def test_without_the_layer_an_account_ends_by_the_audit(deaf_pair: Pair) -> None:
    company = gather(deaf_pair.site)
    async with online(deaf_pair.first, company.bob) as here, online(deaf_pair.second, company.bob) as there:
        await asyncio.to_thread(delete_account, deaf_pair.first.url, company.bob)
        assert [await client.closed(BY_AUDIT) for client in (here, there)] == [4403, 4403]


def add_conversation(pair: Pair, company: Company) -> int:
    people = sorted((company.alice.id, company.bob.id))
    room = add_room(pair.site, "", "direct", members={company.alice: "member", company.bob: "member"})
    pair.site.call(name_people, room, ",".join(map(str, people)))
    return room


def name_people(room: int, key: str) -> None:
    from chat.models import Room

    Room.objects.filter(pk=room).update(people_key=key)
