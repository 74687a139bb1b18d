"""What is done about a person at one process reaches their sockets at the others, through the doors of the API."""

import asyncio
from typing import Any

from tests.client import ChatClient, online
from tests.faults.endings import BY_AUDIT
from tests.people import Company, Person, gather
from tests.processes.pairs import Pair
from tests.processes.test_moderation import code_of_post
from tests.processes.test_personal import sees_room


async def ask(pair: Pair, who: Person, path: str, body: Any = None, method: str = "POST") -> Any:
    """By the first process, as the browser of this person."""
    with who.http(pair.first.url) as http:
        answer = await asyncio.to_thread(http.request, method, f"/api/{path}", json=body or {})
    assert answer.is_success, answer.text
    return answer.json()


async def act(pair: Pair, company: Company, verb: str, **body: Any) -> None:
    await ask(pair, company.alice, f"users/{company.bob.id}/{verb}", body)


def heard(client: ChatClient, text: str) -> bool:
    return text in str(client.received)


async def test_a_warning_is_seen_at_both_and_put_aside_at_both(pair: Pair) -> None:
    company = gather(pair.site)
    async with (
        online(pair.first, company.bob) as here,
        online(pair.second, company.bob) as there,
        online(pair.second, company.alice) as alice,
    ):
        await act(pair, company, "warn", reason="No adverts")
        told = [(await client.see("notice"))["notice"] for client in (here, there)]
        assert told[0] == told[1]
        assert (told[0]["text"], told[0]["seen"]) == ("No adverts", False)
        await ask(pair, company.bob, f"notices/{told[0]['id']}/seen")
        for client in (here, there):
            assert (await client.see("notice"))["notice"]["seen"]
        await code_of_post(alice, company.general)
        assert not heard(alice, "No adverts"), "a notice is for its person alone"


async def test_a_mute_holds_at_the_other_process_at_once(pair: Pair) -> None:
    company = gather(pair.site)
    async with online(pair.second, company.bob) as bob:
        assert await code_of_post(bob, company.general) == "ok"
        # Nobody is told first: whoever posts after the mute was answered is refused.
        await act(pair, company, "mute", minutes=60, reason="Adverts")
        assert await code_of_post(bob, company.general) == "muted"
        notice = (await bob.see("notice"))["notice"]
        await sees_room(bob, company.general, muted_until=notice["until"])


async def test_a_removal_takes_the_room_away_and_says_why(pair: Pair) -> None:
    company = gather(pair.site)
    room = company.general
    async with (
        online(pair.second, company.bob) as bob,
        online(pair.first, company.alice) as alice,
        online(pair.second, company.alice) as witness,
    ):
        member = f"rooms/{room}/members/{company.bob.id}"
        await ask(pair, company.alice, member, {"reason": "Off topic"}, "DELETE")
        tick = (await alice.send("post", room=room, text="He is gone"))["tick"]
        await bob.see("gone", room=room)
        assert (await bob.see("notice"))["notice"]["text"] == "Off topic"
        await witness.caught_up(room, tick)
        assert heard(witness, "He is gone")
        assert not heard(bob, "He is gone")


async def test_a_closed_account_and_a_sign_out_close_at_both(pair: Pair) -> None:
    for verb, code in (("sign-out", 4401), ("deactivate", 4403), ("ban", 4403)):
        company = gather(pair.site)
        async with online(pair.first, company.bob) as here, online(pair.second, company.bob) as there:
            await act(pair, company, verb, reason="x")
            assert [await client.closed() for client in (here, there)] == [code, code]
            with company.bob.http(pair.second.url) as http:
                assert (await asyncio.to_thread(http.get, "/api/rooms")).status_code == 401


async def test_without_the_layer_all_of_it_comes_by_the_audit(deaf_pair: Pair) -> None:
    pair = deaf_pair
    for verb, code in (("sign-out", 4401), ("deactivate", 4403), ("ban", 4403)):
        company = gather(pair.site)
        async with online(pair.second, company.bob) as bob:
            await act(pair, company, verb, reason="x")
            assert await bob.closed(BY_AUDIT) == code
    company = gather(pair.site)
    async with online(pair.second, company.bob) as bob, online(pair.first, company.alice) as alice:
        await act(pair, company, "ban", reason="x", room=company.general)
        await alice.send("post", room=company.general, text="He is gone")
        await bob.until(lambda: any(item["type"] == "gone" for item in bob.received), "gone", BY_AUDIT)
        assert not heard(bob, "He is gone")
    company = gather(pair.site)
    async with online(pair.second, company.bob) as bob:
        await act(pair, company, "mute", minutes=60, reason="x")
        assert await code_of_post(bob, company.general) == "muted", "what the database says needs no layer"
