"""The test client itself, against a server that follows a script."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import msgpack
import pytest
from websockets.asyncio.server import ServerConnection, serve

from tests.client import JSON, MSGPACK, ChatClient, Ended, Refused, open_client
from tests.ledger import ContractBroken

Say = Callable[..., Awaitable[None]]
Answer = Callable[[dict[str, Any], Say], Awaitable[None]]
WELCOME = {"type": "welcome", "window": 4096, "rooms": [{"id": 7, "clock": 0}]}


def event(tick: int, text: str = "") -> dict[str, Any]:
    change = {"tick": tick, "message": {"id": tick, "tick": tick, "room": 7, "text": text}}
    return {"type": "events", "room": 7, "first": tick, "last": tick, "changes": [change]}


def ok(command: dict[str, Any]) -> dict[str, Any]:
    return {"type": "ok", "ref": command["ref"], "result": {}}


@asynccontextmanager
async def greeted(answer: Answer, subprotocol: Any = JSON) -> AsyncIterator[ChatClient]:
    """A client that has said hello to a server which answers everything after it as the script says."""

    async def attend(socket: ServerConnection) -> None:
        packed = socket.subprotocol == MSGPACK

        async def say(*items: dict[str, Any]) -> None:
            await socket.send(msgpack.packb(items) if packed else json.dumps(items))

        async for frame in socket:
            command = msgpack.unpackb(frame) if packed else json.loads(frame)
            if command["type"] == "hello":
                await say(WELCOME, ok(command))
            else:
                await answer(command, say)

    async with serve(attend, "127.0.0.1", 0, subprotocols=[subprotocol]) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        async with open_client(f"ws://127.0.0.1:{port}/ws/", None, {}, subprotocol=subprotocol) as client:
            await client.hello()
            yield client


@pytest.mark.parametrize("subprotocol", [JSON, MSGPACK])
async def test_a_post_is_answered_and_seen(subprotocol: str) -> None:
    async def answer(command: dict[str, Any], say: Say) -> None:
        await say(event(1, command["text"]), ok(command))

    async with greeted(answer, subprotocol) as client:
        assert client.subprotocol == subprotocol
        assert await client.send("post", room=7, text="你好") == {}
        await client.caught_up(7, 1)
        assert client.texts(7) == ["你好"]


async def test_an_error_is_raised_with_its_code() -> None:
    async def answer(command: dict[str, Any], say: Say) -> None:
        await say({"type": "error", "ref": command["ref"], "code": "muted", "message": "no"})

    async with greeted(answer) as client:
        with pytest.raises(Refused) as refused:
            await client.send("post", room=7, text="hi")
    assert refused.value.code == "muted"


async def test_a_gap_fails_whoever_waits_and_the_leaving() -> None:
    async def answer(command: dict[str, Any], say: Say) -> None:
        await say(event(2))

    async def wait_in_vain() -> None:
        async with greeted(answer) as client:
            await client.begin("ping")
            with pytest.raises(ContractBroken):
                await client.see("heartbeat")

    with pytest.raises(ContractBroken):
        await wait_in_vain()


async def test_what_was_received_is_reported_in_bytes() -> None:
    reports: asyncio.Queue[int] = asyncio.Queue()

    async def answer(command: dict[str, Any], say: Say) -> None:
        if command["type"] == "got":
            reports.put_nowait(command["bytes"])
        else:
            await say(event(1, "你" * 500), ok(command))

    async with greeted(answer) as client:
        await client.send("ping")
        # JSON escapes as `json.dumps` writes them: six bytes a character.
        assert await asyncio.wait_for(reports.get(), 10) > 3000


async def test_a_cut_ends_the_connection_without_a_close_frame() -> None:
    async def answer(command: dict[str, Any], say: Say) -> None:
        pass

    async with greeted(answer) as client:
        pending = await client.begin("ping")
        await client.cut()
        with pytest.raises(Ended):
            await pending
        assert await client.closed() == 1006
        with pytest.raises(AssertionError, match="closed with 1006"):
            await client.see("heartbeat")
