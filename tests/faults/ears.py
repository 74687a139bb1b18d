"""The ways in which a person is told of a room, what came by them, and how they ended."""

import asyncio
import json
import time
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.client import ChatClient, connected
from tests.people import Person
from tests.services.site import Server

POLL = 25  # seconds that a long poll may wait

Object = dict[str, Any]


@dataclass(frozen=True)
class Post:
    tick: int
    begun: float  # by the clock on the wall, before it was sent: it was committed later than that


@dataclass
class Ear:
    """`gone` once it was told so of the room; `how` it ended: a close code, or an HTTP status after the end.

    `ended` is the last of these, by the clock on the wall.
    """

    place: str
    heard: list[Post] = field(default_factory=list)
    left: dict[int, int] = field(default_factory=dict)  # who was seen leaving, at which tick
    gone: bool = False
    how: str = ""
    ended: float = 0.0

    def take(self, item: Object) -> None:
        if item["type"] == "gone" and not self.gone:
            self.gone, self.ended = True, time.time()
        for change in item.get("changes", ()):
            if message := change.get("message"):
                self.heard.append(Post(change["tick"], float(message["text"])))
            elif (member := change.get("member")) and member.get("left"):
                self.left[member["user"]["id"]] = change["tick"]

    def end(self, how: int | None) -> None:
        self.how, self.ended = str(how), time.time()


async def listen_by_socket(ear: Ear, server: Server, person: Person, room: int, cursor: int) -> None:
    async with connected(server, person) as client:
        await client.hello({room: cursor})
        read = 0
        while client.close_code is None:
            await client.until(lambda: has_news(client, read), "news", 60)  # noqa: B023 (asked before it moves)
            for item in client.received[read:]:
                ear.take(item)
            read = len(client.received)
        ear.end(client.close_code)


def has_news(client: ChatClient, read: int) -> bool:
    return len(client.received) > read or client.close_code is not None


async def listen_by_stream(ear: Ear, server: Server, person: Person, room: int, cursor: int) -> None:
    async with calling(server, person) as http:
        cursors = json.dumps({room: cursor})
        async with http.stream("GET", "/api/stream", params={"cursors": cursors}) as answer:
            async for line in answer.aiter_lines():
                if line.startswith("data: "):
                    for item in json.loads(line.removeprefix("data: ")):
                        ear.take(item)
        ended = time.time()
        again = await http.get("/api/sync", params={"cursors": cursors})
        ear.end(again.status_code)
        ear.ended = ended


async def listen_by_polling(ear: Ear, server: Server, person: Person, room: int, cursor: int) -> None:
    async with calling(server, person) as http:
        while True:
            query: dict[str, str | int] = {"cursors": json.dumps({room: cursor}), "wait": POLL}
            answer = await http.get("/api/sync", params=query)
            if answer.is_error:
                ear.end(answer.status_code)
                return
            for item in answer.json()["frames"]:
                ear.take(item)
                if item["type"] != "gone":
                    cursor = item["changes"][-1]["tick"] if item["more"] else item["clock"]
            if ear.gone:
                # It was told so, which takes no wait; what if it asks on?
                await asyncio.sleep(0.5)


def calling(server: Server, person: Person) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=server.url, cookies=person.cookies, timeout=60, trust_env=False)


WAYS = {"socket": listen_by_socket, "stream": listen_by_stream, "poll": listen_by_polling}
