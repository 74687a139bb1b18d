"""What readers that never read cost the others: p99 from sending to seeing, with five of them and without.

`python -m bench.nonreaders`: rounds with and without alternate in one run, so that what else happens to the
machine happens to both; prints the two and their ratio for each server.
"""

import asyncio
import os
import statistics
import time
from contextlib import AsyncExitStack

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
# The people of the tests are rows of its models.
django.setup()

from tests.client import ChatClient, online  # noqa: E402
from tests.hostile.frames import unread_socket  # noqa: E402
from tests.people import add_person, add_room, gather  # noqa: E402
from tests.services.postgres import running_postgres  # noqa: E402
from tests.services.site import Server, running_site  # noqa: E402

SILENT, ROUNDS = 5, 6
MESSAGES, SIZE = 400, 8_000  # a round
RATE = 40.0  # messages a second: far below the knee, where waiting comes from nothing but the server
SERVERS = ("daphne", "uvicorn")


def main() -> None:
    with running_postgres() as postgres:
        for kind in SERVERS:
            url = postgres.url_of(postgres.create_database())
            with running_site(url) as site:
                site.manage("migrate")
                with site.serve(kind) as server:
                    without, with_them = asyncio.run(_measure(server))
            ratio = with_them / without
            alone, beside = f"{without * 1000:.1f} ms", f"{with_them * 1000:.1f} ms"
            print(f"{kind}: p99 {alone} alone, {beside} beside {SILENT} that never read; ratio {ratio:.2f}")


async def _measure(server: Server) -> tuple[float, float]:
    """p99 in seconds, without and with them."""
    company = gather(server.site)
    silent = [add_person(server.site, f"silent-{number}") for number in range(SILENT)]
    members = {company.alice: "owner"} | dict.fromkeys([company.bob, *silent], "member")
    room = add_room(server.site, members=members)
    delays: tuple[list[float], list[float]] = ([], [])
    async with online(server, company.alice) as alice, online(server, company.bob) as bob:
        await _talk(alice, bob, room)  # nobody counts the first
        for number in range(ROUNDS):
            async with AsyncExitStack() as sockets:
                beside = number % 2
                for person in silent if beside else ():
                    await sockets.enter_async_context(unread_socket(server, person))
                delays[beside].extend(await _talk(alice, bob, room))
    return _p99(delays[0]), _p99(delays[1])


async def _talk(poster: ChatClient, reader: ChatClient, room: int) -> list[float]:
    """Post at the rate and return how long after it each message was there, in seconds."""
    text = "word " * (SIZE // 5)
    delays = []
    due = time.monotonic()
    for _ in range(MESSAGES):
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        due += 1 / RATE
        sent = time.monotonic()
        told = await poster.send("post", room=room, text=text.strip())
        await reader.caught_up(room, told["tick"])
        delays.append(time.monotonic() - sent)
    return delays


def _p99(delays: list[float]) -> float:
    return statistics.quantiles(delays, n=100)[98]


if __name__ == "__main__":
    main()
