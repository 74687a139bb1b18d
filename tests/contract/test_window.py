"""The window: 512 KiB in flight, `got`, and what becomes of readers that do not keep up. Heartbeats beside."""

import asyncio
import json

import msgpack

from tests.client import JSON, ChatClient, connected, online
from tests.contract.asking import post
from tests.contract.sockets import bare, close_code_after
from tests.people import Company, add_room, gather
from tests.services.site import NewSite, Server

WINDOW = 512 * 1024


def fill(author: int, room: int, count: int) -> None:
    from chat.actions.posting import Draft, post_many

    post_many([Draft(author, room, f"r{number}", "字" * 1000) for number in range(count)])


async def test_no_more_than_the_window_is_in_flight(server: Server, company: Company, subprotocol: str) -> None:
    room = company.general
    server.site.call(fill, company.alice.id, room, 200)
    async with connected(server, company.bob, subprotocol=subprotocol) as bob:
        bob.stop_reporting()
        await bob.hello({room: 0})
        await bob.until(lambda: bob._bytes > WINDOW - 64 * 1024, "a full window")
        # A total beyond what was sent, or behind what was told, is none.
        await _report(bob, subprotocol, 2**53 - 1)
        await _report(bob, subprotocol, 1)
        async with online(server, company.alice) as alice:
            await post(alice, room, "more")
        # UTF-8 bytes and not characters: else the window would hold three times as much.
        assert bob._bytes <= WINDOW
        assert bob.room(room).cursor < 202
        ping = await bob.begin("ping")
        before = bob._bytes
        await _report(bob, subprotocol, before)
        # Replies count and wait as well; then the rest comes.
        assert (await ping)["type"] == "ok"
        while bob.room(room).cursor < 203:
            total = bob._bytes
            await _report(bob, subprotocol, total)
            await bob.until(lambda: bob._bytes > total or bob.room(room).cursor >= 203, "the rest")  # noqa: B023
        assert len(bob.texts(room)) == 201


async def test_who_never_reads_is_closed_with_4408(new_site: NewSite) -> None:
    """Both servers at once: it takes them half a minute."""

    async def serve_and_stall(kind: str) -> None:
        with new_site() as site, site.serve(kind) as server:
            await _stall(server, gather(site))

    await asyncio.gather(*[serve_and_stall(kind) for kind in ("daphne", "uvicorn")])


async def _stall(server: Server, company: Company) -> None:
    """One client reads and never reports, another does not even read; a third sees heartbeats meanwhile."""
    room, quiet = company.general, add_room(server.site, "Quiet", members={company.alice: "owner"})
    async with (
        connected(server, company.bob) as silent,
        online(server, company.alice) as alice,
        bare(server, company.bob.in_another_session(), JSON) as frozen,
    ):
        silent.stop_reporting()
        await silent.hello()
        await frozen.send('{"type": "hello", "ref": "h", "cursors": {}}')
        await frozen.recv()
        frozen.transport.pause_reading()
        for _ in range(12):
            await asyncio.gather(*[alice.send("post", room=room, text="x" * 8000) for _ in range(8)])
        last = 2 + 96
        await alice.caught_up(room, last)
        # What is not read costs the others nothing.
        assert await silent.closed(45) == 4408
        frozen.transport.resume_reading()
        assert await close_code_after(frozen, []) in (4408, 1006)
        # Who did not keep up resumes where they were.
        async with connected(server, company.bob) as again:
            await again.hello({room: silent.room(room).cursor})
            await again.caught_up(room, last)
        beats = [item for item in alice.received if item["type"] == "heartbeat"]
        assert len(beats) >= 2
        told = {int(key): tick for beat in beats for key, tick in beat["clocks"].items()}
        assert told == {room: last}
        assert quiet not in told


async def _report(client: ChatClient, subprotocol: str, total: int) -> None:
    command = {"type": "got", "bytes": total}
    await client.send_raw(json.dumps(command) if subprotocol == JSON else msgpack.packb(command))
