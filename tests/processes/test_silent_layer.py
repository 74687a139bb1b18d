"""What moderators do at one process, without the layer, reaches whoever reads at another in any way, and in time.

Those who lose what they may read are in `tests/faults/test_revocation.py`.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.client import Refused, online
from tests.faults.ears import WAYS, Ear, Object
from tests.faults.endings import BY_AUDIT
from tests.people import Company, add_room, gather
from tests.processes.pairs import Pair, eventually
from tests.processes.test_moderation_messages import ask, code_of_post


@dataclass
class Reader(Ear):
    """How the messages and the room are, as one of the ways told last."""

    messages: dict[int, Object] = field(default_factory=dict)
    room: Object = field(default_factory=dict)

    def take(self, item: Object) -> None:
        for change in item.get("changes", ()):
            if message := change.get("message"):
                self.messages[message["id"]] = message
            self.room |= change.get("room", {})


@asynccontextmanager
async def reading(pair: Pair, company: Company) -> AsyncIterator[list[Reader]]:
    """Bob reads at the second process in every way."""
    readers = [Reader(way) for way in WAYS]
    place = pair.second, company.bob, company.general, 0
    tasks = [asyncio.create_task(WAYS[reader.place](reader, *place)) for reader in readers]
    try:
        yield readers
    finally:
        for task in tasks:
            task.cancel()
        found = await asyncio.gather(*tasks, return_exceptions=True)
    for broken in found:
        if isinstance(broken, Exception):
            raise broken


@pytest.mark.parametrize("how", ["remove", "purge", "delete"])
async def test_a_message_goes_everywhere(silent_pair: Pair, how: str) -> None:
    pair, company = silent_pair, gather(silent_pair.site)
    async with reading(pair, company) as readers, online(pair.first, company.bob) as bob:
        posted = [(await bob.send("post", room=company.general, text="Adverts"))["id"] for _ in range(3)]
        await eventually(lambda: all(set(posted) <= reader.messages.keys() for reader in readers), "the posts")
        taken = posted if how == "purge" else posted[:1]
        if how == "delete":
            await bob.send("delete", message=posted[0])
        else:
            path, body = f"messages/{posted[0]}/remove", {"reason": "Adverts"}
            if how == "purge":
                path = f"users/{company.bob.id}/purge"
                body |= {"since": "2020-01-01T00:00:00Z"}
            await ask(company.alice, pair.first.url, "POST", path, **body)
        await eventually(lambda: all(gone(reader) == taken for reader in readers), "the tombstones", BY_AUDIT)
        for reader in readers:
            assert not any(reader.messages[message].get("text") for message in taken)


def gone(reader: Reader) -> list[int]:
    return [message for message, row in sorted(reader.messages.items()) if row.get("deleted")]


async def test_a_room_is_restricted_everywhere(silent_pair: Pair) -> None:
    pair, company = silent_pair, gather(silent_pair.site)
    async with reading(pair, company) as readers, online(pair.second, company.bob) as bob:
        assert await code_of_post(bob, company.general) == "ok"
        await eventually(lambda: all(reader.messages for reader in readers), "the post")
        for body, code in (({"locked": True}, "forbidden"), ({"locked": False, "slow_mode": 60}, "slow_mode")):
            await ask(company.alice, pair.first.url, "PATCH", f"rooms/{company.general}/moderation", **body)
            assert await code_of_post(bob, company.general) == code, "what the database says needs no layer"
            await eventually(lambda: all(shows(reader, body) for reader in readers), f"{body}", BY_AUDIT)  # noqa: B023


def shows(reader: Reader, state: dict[str, Any]) -> bool:
    return state.items() <= reader.room.items()


async def test_a_mute_and_its_end_are_told(silent_pair: Pair) -> None:
    pair, company = silent_pair, gather(silent_pair.site)
    async with online(pair.second, company.bob) as bob:
        assert await code_of_post(bob, company.general) == "ok"

        def muted() -> bool | None:
            told = [item["room"]["muted_until"] for item in bob.received if item["type"] == "room"]
            return bool(told[-1]) if told else None

        path = f"users/{company.bob.id}"
        await ask(company.alice, pair.first.url, "POST", f"{path}/mute", minutes=60, reason="Adverts")
        assert await code_of_post(bob, company.general) == "muted"
        await bob.until(lambda: muted() is True, "the mute", BY_AUDIT)
        await ask(company.alice, pair.first.url, "POST", f"{path}/unmute")
        assert await code_of_post(bob, company.general) == "ok"
        await bob.until(lambda: muted() is False, "its end", BY_AUDIT)


async def test_who_is_banned_is_not_seen_typing(silent_pair: Pair) -> None:
    """Each of these rooms is named for the first time, so that the door has to ask."""
    pair, company = silent_pair, gather(silent_pair.site)
    later = add_room(pair.site, members={company.alice: "owner", company.bob: "member"})
    async with online(pair.second, company.bob) as bob:
        assert await bob.send("typing", room=company.general) == {}
        await ask(company.alice, pair.first.url, "POST", f"users/{company.bob.id}/ban", reason="Adverts")
        with pytest.raises(Refused) as refused:
            await bob.send("typing", room=later)
        assert refused.value.code == "not_found"
        assert await bob.closed() == 4403
