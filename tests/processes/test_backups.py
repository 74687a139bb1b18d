"""The rehearsal: people chat, the site is backed up meanwhile, all is destroyed and restored, they go on."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.client import ChatClient, connected, online
from tests.ledger import Object
from tests.people import Company, Person, gather
from tests.processes.homes import Home
from tests.processes.pairs import all_told, eventually
from tests.services.site import Server

FILE = b"minutes of the meeting\n" * 500


@dataclass(eq=False)
class Talker:
    """Posts one message after the other, and keeps the page open until its server goes.

    Attributes:
        acknowledged: the answer to each ref, in the order of posting.
        epoch, cursor: what the page knows of the room when its server goes.
    """

    person: Person
    server: Server
    room: int
    acknowledged: dict[str, Object] = field(default_factory=dict)
    epoch: str = ""
    cursor: int = 0

    async def chat(self, enough: asyncio.Event) -> None:
        async with connected(self.server, self.person) as client:
            self.epoch = (await client.hello())["epoch"]
            while not enough.is_set():
                ref = f"{self.person.id}-{len(self.acknowledged)}"
                self.acknowledged[ref] = await client.send("post", ref=ref, room=self.room, text=f"says {ref}")
            assert await client.closed(120) == 1012
            self.cursor = client.room(self.room).cursor

    async def come_back(self) -> None:
        """The page that was open all the time connects with what it knew."""
        async with connected(self.server, self.person) as client:
            welcome = await client.hello({self.room: self.cursor}, epoch=self.epoch)
            assert welcome["epoch"] != self.epoch
            assert (await client.see("delta", room=self.room))["reset"]


async def test_after_a_disaster_everybody_goes_on_from_the_backup(home: Home) -> None:
    with home.serving() as servers:
        company = gather(home.site)
        talkers = [
            Talker(company.alice, servers[0], company.general),
            Talker(company.bob, servers[-1], company.general),
        ]
        file = await share_a_file(company, servers[0])
        enough = asyncio.Event()
        async with asyncio.TaskGroup() as pages:
            for talker in talkers:
                pages.create_task(talker.chat(enough))
            backup, before, during = await back_up_meanwhile(home, talkers)
            await more(talkers, 20)
            enough.set()
            for server in servers:
                await asyncio.to_thread(server.stop)
        sent_after = [ref for ref in all_acknowledged(talkers) if ref not in before | during]

        home.destroy()
        said = home.site.manage("restore", str(backup)).stdout
        assert "3 people, 1 rooms" in said
        assert "1 files" in said

        for server in servers:
            server.start()
        for talker in talkers:
            await talker.come_back()
        stories = [
            history(person, server, company.general)
            for person in (company.alice, company.bob)
            for server in servers
        ]
        assert all(story == stories[0] for story in stories)
        assert_what_was_committed(stories[0], talkers, before=before, sent_after=set(sent_after))
        for server in servers:
            with company.bob.http(server.url) as http:
                assert http.get(file["url"]).content == FILE
        await go_on(company, servers, talkers, sent_after)


async def share_a_file(company: Company, server: Server) -> Object:
    with company.alice.http(server.url) as http:
        file: Object = http.post("/api/attachments", files={"file": ("minutes.txt", FILE)}).json()
    async with online(server, company.alice) as alice:
        await alice.send("post", ref="file", room=company.general, text="", attachments=[file["id"]])
    return file


async def back_up_meanwhile(home: Home, talkers: list[Talker]) -> tuple[Path, set[str], set[str]]:
    """The backup, the refs that were acknowledged before it began, and those sent until it had ended."""
    await more(talkers, 20)
    before = set(all_acknowledged(talkers))
    path = await asyncio.to_thread(home.back_up)
    for talker in talkers:
        assert len(before & talker.acknowledged.keys()) + 20 < len(talker.acknowledged), "they must talk meanwhile"
    # One of each may be on its way.
    await more(talkers, 1)
    return path, before, set(all_acknowledged(talkers)) - before


async def more(talkers: list[Talker], posts: int) -> None:
    """Wait until each has said so much more."""
    goals = [len(talker.acknowledged) + posts for talker in talkers]
    await eventually(
        lambda: all(len(talker.acknowledged) >= goal for talker, goal in zip(talkers, goals, strict=True)),
        f"{posts} posts of each",
    )


def all_acknowledged(talkers: list[Talker]) -> dict[str, Object]:
    return {ref: answer for talker in talkers for ref, answer in talker.acknowledged.items()}


def history(person: Person, server: Server, room: int) -> list[Object]:
    """All messages of a room as a page loads them."""
    messages: list[Object] = []
    with person.http(server.url) as http:
        while True:
            page = read_page(http, room, messages[-1]["tick"] if messages else 0)
            messages += page["messages"]
            if not page["more_after"]:
                return messages


def read_page(http: httpx.Client, room: int, after: int) -> Object:
    page: Object = http.get(f"/api/rooms/{room}/messages", params={"after": after, "limit": 200}).json()
    return page


def assert_what_was_committed(
    story: list[Object], talkers: list[Talker], *, before: set[str], sent_after: set[str]
) -> None:
    """The story holds all that was said up to one moment of the backup, as it was acknowledged, and no more."""
    assert (story[0]["ref"], story[0]["attachments"][0]["name"]) == ("file", "minutes.txt")
    found = {message["ref"]: (message["id"], message["tick"]) for message in story[1:]}
    ticks = [message["tick"] for message in story]
    assert ticks == list(range(3, 3 + len(story))), "two arrivals, and then messages without a gap"
    assert before <= found.keys()
    assert not sent_after & found.keys()
    # Commit order is tick order, so one moment is one tick.
    assert found == {
        ref: (answer["id"], answer["tick"])
        for ref, answer in all_acknowledged(talkers).items()
        if answer["tick"] <= ticks[-1]
    }


async def go_on(company: Company, servers: list[Server], talkers: list[Talker], lost: list[str]) -> None:
    """What was said after the backup is lost, so that it can be said again, and under the same ref."""
    async with online(servers[0], company.alice) as alice, online(servers[-1], company.bob) as bob:
        of: dict[Person, ChatClient] = {company.alice: alice, company.bob: bob}
        last = 0
        for talker in talkers:
            ref = next(ref for ref in lost if ref in talker.acknowledged)
            answer = await of[talker.person].send("post", ref=ref, room=company.general, text=f"says {ref}")
            assert answer["tick"] > last
            last = answer["tick"]
        await all_told(company.general, last, alice, bob)
        assert len(bob.texts(company.general)) == 2
