"""A page of the site without a WebSocket: posts, polls and reads streams over HTTP."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import httpx

from chat.models import User
from tests.people import Person
from tests.services.site import Server

PATIENCE = 20.0


def browser(server: Server, person: Person) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        base_url=server.url,
        cookies=person.cookies,
        headers={"Origin": server.site.url, "X-CSRFToken": person.cookies["csrftoken"]},
        timeout=40,
        trust_env=False,
    )


async def say(http: httpx.AsyncClient, room: int, text: str) -> dict[str, Any]:
    answer = await http.post(f"/api/rooms/{room}/messages", json={"ref": uuid4().hex, "text": text})
    assert answer.status_code == 201
    message: dict[str, Any] = answer.json()
    return message


async def poll(http: httpx.AsyncClient, cursors: dict[int, int], wait: float = 0, **fields: str) -> dict[str, Any]:
    answer = await http.get("/api/sync", params={"cursors": json.dumps(cursors), "wait": wait, **fields})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def clock(http: httpx.AsyncClient, room: int) -> int:
    return int((await http.get(f"/api/rooms/{room}/messages")).json()["clock"])


class Stream:
    """A reader of server-sent events: `(cursors, frame)` for each, comments left out."""

    def __init__(self, response: httpx.Response) -> None:
        self._lines = response.aiter_lines()
        self.last_id = ""

    async def next(self) -> list[dict[str, Any]] | None:
        """The objects of the next event, None at the end of the stream."""
        data = None
        async with asyncio.timeout(PATIENCE):
            async for line in self._lines:
                if line.startswith("id: "):
                    self.last_id = line[4:]
                elif line.startswith("data: "):
                    data = json.loads(line[6:])
                elif not line and data is not None:
                    return list(data)
        return None

    async def until(self, kind: str) -> dict[str, Any]:
        while (frame := await self.next()) is not None:
            for item in frame:
                if item["type"] == kind:
                    return dict(item)
        raise AssertionError(f"the stream ended before {kind}")


@asynccontextmanager
async def streaming(
    http: httpx.AsyncClient, cursors: dict[int, int], last_id: str = "", **fields: str
) -> AsyncIterator[Stream]:
    headers = {"Last-Event-ID": last_id} if last_id else {}
    query = {"cursors": json.dumps(cursors), **fields}
    async with http.stream("GET", "/api/stream", params=query, headers=headers) as response:
        assert response.status_code == 200
        assert response.headers["Content-Type"].startswith("text/event-stream")
        yield Stream(response)


def end_sessions(user_id: int) -> None:
    """As another process would: nobody tells the server, its audit finds out."""
    user = User.objects.get(pk=user_id)
    user.session_version += 1
    user.save()
