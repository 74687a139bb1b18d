"""Hostile frames: each is answered with a typed error, the connection lives on, and the log stays clean."""

import json
from pathlib import Path

import msgpack
import pytest

from tests.client import JSON, MSGPACK, ChatClient, connected, online
from tests.contract.hostile import PACKS, TEXTS, ping
from tests.people import Company
from tests.services.site import Server


@pytest.mark.parametrize("name", TEXTS)
async def test_a_hostile_text_frame(server: Server, company: Company, name: str) -> None:
    frame, code = TEXTS[name]
    async with online(server, company.bob) as client:
        assert await _answer(client, frame.replace("ROOM", str(company.general))) == code
        assert await client.send("ping") == {}


@pytest.mark.parametrize("name", PACKS)
async def test_a_hostile_binary_frame(server: Server, company: Company, name: str) -> None:
    frame, code = PACKS[name]
    async with online(server, company.bob, subprotocol=MSGPACK) as client:
        assert await _answer(client, frame) == code
        assert await client.send("ping") == {}


@pytest.mark.parametrize(("subprotocol", "frame"), [(JSON, ping()), (MSGPACK, '{"type":"ping","ref":"1"}')])
async def test_a_frame_of_the_other_kind_is_invalid(
    server: Server, company: Company, subprotocol: str, frame: str | bytes
) -> None:
    async with connected(server, company.bob, subprotocol=subprotocol) as client:
        assert await _answer(client, frame) == "invalid"
        assert await client.send("ping") == {}


async def test_an_error_names_the_ref_if_it_could_be_read(
    server: Server, company: Company, subprotocol: str
) -> None:
    async with connected(server, company.bob, subprotocol=subprotocol) as client:
        for kind in ("launch", "post"):
            client.ledger.open_refs.add("mine")
            command = {"type": kind, "ref": "mine"}
            await client.send_raw(json.dumps(command) if subprotocol == JSON else msgpack.packb(command))
            assert (await client.see("error"))["ref"] == "mine"


async def test_hostile_frames_leave_nothing_in_memory(server: Server, company: Company) -> None:
    async with online(server, company.bob) as client:

        async def send_all() -> None:
            for frame, _ in TEXTS.values():
                await _answer(client, frame.replace("ROOM", str(company.general)))

        await send_all()
        await send_all()
        before = _resident(server)
        for _ in range(10):
            await send_all()
        assert _resident(server) - before < 8 * 1024 * 1024


async def _answer(client: ChatClient, frame: str | bytes) -> str:
    # The frame's own ref comes back if the server could read it.
    client.ledger.open_refs.update(("1", "\x00"))
    await client.send_raw(frame)
    code: str = (await client.see("error"))["code"]
    return code


def _resident(server: Server) -> int:
    """Bytes of memory the server's process holds."""
    assert server.process
    pages = Path(f"/proc/{server.process.pid}/statm").read_text().split()[1]
    return int(pages) * 4096
