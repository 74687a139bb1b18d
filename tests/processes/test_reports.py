"""What is reported at one process is seen by moderators and reporters at the other."""

import asyncio
from typing import Any

from tests.client import ChatClient, online
from tests.faults.endings import BY_AUDIT
from tests.people import Company, Person, add_person, gather
from tests.processes.pairs import Pair
from tests.processes.test_moderation import act


def first_in_queue(user: int) -> int:
    from chat.casework.listing import listing
    from chat.models import User

    return listing(User.objects.get(pk=user)).cases[0].id


async def ask(person: Person, url: str, method: str, path: str, body: Any) -> Any:
    with person.http(url) as http:
        answer = await asyncio.to_thread(http.request, method, f"/api/{path}", json=body)
    assert answer.is_success, answer.text
    return answer.json()


async def shows(client: ChatClient, number: int, patience: float | None = None) -> None:
    """Until the last badge this client was sent has the number."""

    def last() -> int | None:
        return next((item["open"] for item in reversed(client.received) if item["type"] == "cases"), None)

    wait = {} if patience is None else {"patience": patience}
    await client.until(lambda: last() == number, f"a badge of {number}", **wait)


async def reported(pair: Pair, company: Company, text: str = "Cheap insurance") -> int:
    """Bob posts, and Charlie, who reads the public room, reports it at the first process."""
    async with online(pair.first, company.bob) as bob:
        message: int = (await bob.send("post", room=company.general, text=text))["id"]
    await ask(company.charlie, pair.first.url, "POST", "reports", {"message": message, "category": "spam"})
    return message


async def test_the_badge_and_the_outcome_are_live_at_the_other(pair: Pair) -> None:
    company = gather(pair.site)
    moderator = add_person(pair.site, f"erin-{company.bob.username}")
    pair.site.call(join_as_moderator, moderator.id, company.general)
    async with (
        online(pair.second, moderator) as erin,
        online(pair.second, company.charlie) as charlie,
        online(pair.second, company.bob) as bob,
    ):
        await shows(erin, 0)
        await reported(pair, company)
        await shows(erin, 1)
        case = pair.site.call(first_in_queue, moderator.id)
        decision = {"state": "resolved", "outcome": "He was warned."}
        await ask(moderator, pair.first.url, "PATCH", f"moderation/cases/{case}", decision)
        await shows(erin, 0)
        notice = (await charlie.see("notice"))["notice"]
        assert (notice["kind"], notice["action"], notice["text"], notice["by"]) == (
            "outcome",
            "resolve",
            "He was warned.",
            None,
        )
        for client in (bob, charlie):
            assert not [item for item in client.received if item["type"] == "cases"], "no moderators"
        assert not [item for item in bob.received if item["type"] == "notice"]


async def test_whoever_is_appointed_is_shown_what_waits(pair: Pair) -> None:
    company = gather(pair.site)
    async with online(pair.second, company.charlie) as charlie, online(pair.first, company.alice):
        await reported(pair, company)
        await asyncio.to_thread(
            pair.site.call, act, "appointing", "appoint", company.alice.id, person_id=company.charlie.id
        )
        told = await charlie.see("cases")
        assert told["open"] >= 1
        await asyncio.to_thread(
            pair.site.call, act, "appointing", "dismiss", company.alice.id, person_id=company.charlie.id
        )
        await shows(charlie, 0)


async def test_without_the_layer_the_badge_is_counted_again_in_time(deaf_pair: Pair) -> None:
    company = gather(deaf_pair.site)
    moderator = add_person(deaf_pair.site, f"erin-{company.bob.username}")
    deaf_pair.site.call(join_as_moderator, moderator.id, company.general)
    async with online(deaf_pair.second, moderator) as erin:
        await shows(erin, 0)
        await reported(deaf_pair, company)
        await shows(erin, 1, BY_AUDIT)


def join_as_moderator(user: int, room: int) -> None:
    from chat.models import Room, User
    from tests.cast import add_member

    add_member(Room.objects.get(pk=room), User.objects.get(pk=user), "moderator")
