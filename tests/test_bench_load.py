"""The load generator against a server that does wrong: it must say so."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve

from bench import generator
from tests.services.programs import require

# It waits with epoll.
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the load generator needs Linux")

CLOCK = 7  # of the room before anybody speaks

# Given how many posts came before, the frame that answers one.
Answer = Callable[[int, dict[str, Any]], list[dict[str, Any]]]


def test_counts_what_a_good_server_does(tmp_path: Path) -> None:
    report, posts = talk(tmp_path, lambda count, post: [events(CLOCK + 1 + count, post), ok(post)])

    assert report["sent"] == report["acknowledged"] == report["deliveries"] == report["expected"] == len(posts)
    assert (report["gaps"], report["refused"], report["errors"]) == (0, 0, [])
    assert len({post["ref"] for post in posts}) == len(posts)
    assert posts[0]["text"].endswith(' says "hello"\nand more')


def test_a_tick_that_is_skipped_is_a_gap(tmp_path: Path) -> None:
    report, _ = talk(tmp_path, lambda count, post: [events(CLOCK + 1 + count + (count > 2), post), ok(post)])

    assert report["gaps"] == 1
    assert report["errors"] == ["gap: after tick 10 came 12"]


def test_a_tick_that_comes_twice_is_a_gap(tmp_path: Path) -> None:
    report, _ = talk(tmp_path, lambda count, post: [events(CLOCK + 1 + min(count, 2), post), ok(post)])

    assert report["gaps"] > 0


def test_a_refusal_is_told_with_its_text(tmp_path: Path) -> None:
    def refuse(count: int, post: dict[str, Any]) -> list[dict[str, Any]]:
        refusal = {"type": "error", "ref": post["ref"], "code": "muted", "message": "Not now"}
        return [events(CLOCK + 1 + count, post), refusal]

    report, _ = talk(tmp_path, refuse)

    assert report["refused"] == report["sent"] > 0
    assert report["acknowledged"] == 0
    assert "muted" in report["errors"][0]


def talk(folder: Path, answer: Answer) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What one talker reports who meets a server that answers so, and the posts the server got."""
    require("cc")
    people, texts = folder / "people", folder / "texts"
    people.write_text("1 session 5\n")
    texts.write_text('says "hello"\\nand more\n')
    posts: list[dict[str, Any]] = []

    async def run() -> dict[str, Any]:
        async with serving(answer, posts) as port:
            options = {"port": port, "people": people, "texts": texts, "rate": 20, "seconds": 0.5}
            cores = ",".join(map(str, os.sched_getaffinity(0)))
            return await asyncio.to_thread(generator.run, "talk", cores=cores, **options)

    return asyncio.run(run()), posts


@asynccontextmanager
async def serving(answer: Answer, posts: list[dict[str, Any]]) -> AsyncIterator[int]:
    async def meet(socket: ServerConnection) -> None:
        async for text in socket:
            command = json.loads(text)
            if command["type"] == "hello":
                await socket.send(frame([welcome(), ok(command)]))
            elif command["type"] == "post":
                await socket.send(frame(answer(len(posts), command)))
                posts.append(command)

    async with serve(meet, "127.0.0.1", 0, subprotocols=None) as server:
        port: int = server.sockets[0].getsockname()[1]
        yield port


def frame(objects: list[dict[str, Any]]) -> str:
    """As the site writes it: without a space."""
    return json.dumps(objects, separators=(",", ":"))


def welcome() -> dict[str, Any]:
    return {"type": "welcome", "rooms": [{"id": 5, "kind": "public", "name": "", "topic": "", "clock": CLOCK}]}


def events(tick: int, post: dict[str, Any]) -> dict[str, Any]:
    changes = [{"tick": tick, "message": {"id": 1, "room": 5, "tick": tick, "text": post["text"]}}]
    return {"type": "events", "room": 5, "first": tick, "last": tick, "changes": changes}


def ok(command: dict[str, Any]) -> dict[str, Any]:
    return {"type": "ok", "ref": command["ref"], "result": {}}
