"""What the parts of a message cost, which the benchmark measures together: `python -m bench.parts`.

CPU time of this process, of PostgreSQL and of Redis, for `bench.capacity`. Takes a minute. Posts, read markers and
what follows from them run through the site's own functions; nobody is connected.
"""

import argparse
import asyncio
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any

import django

from bench.crowd import texts
from bench.machine import commit, cpu_seconds, describe, memory_kib
from tests.services.postgres import BINARIES, Postgres, running_postgres
from tests.services.programs import ROOT, require
from tests.services.redis import running_redis
from tests.services.site import running_site

OUT = ROOT / "docs" / "bench" / "parts.json"
PEOPLE = ROOMS = 400
SIZE = 10  # so each person is in ten rooms
TIMES, BATCH = 150, 32
LISTENERS = 8
SMALL, LARGE = 450, 200_000  # bytes of an announcement
PRESENT = 20_000  # people whose presence is told, in ten rooms each
FEW, MANY = 4, 64  # processes that hold them
Parts = dict[str, float]
_numbers = count()  # no ref and no tick is used twice


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.parts", description=__doc__)
    parser.add_argument("--write", type=Path, nargs="?", const=OUT, metavar="PATH", help=f"write JSON; to {OUT}")
    options = parser.parse_args()
    with ExitStack() as stack:
        postgres = stack.enter_context(running_postgres(durable=True))
        redis = stack.enter_context(running_redis())
        site = stack.enter_context(running_site(postgres.url_of(postgres.create_database()), redis.url))
        os.environ |= site.environment | {"DJANGO_SETTINGS_MODULE": "chatsite.settings"}
        django.setup()
        assert postgres.process
        assert redis.process
        found = writes(postgres.process.pid) | announcements(redis.process.pid) | presence() | commits(postgres)
    print(json.dumps(found, indent=1))
    if options.write:
        content = {"commit": commit(), "machine": describe(), "parts": found}
        options.write.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    return 0


def writes(postgres: int) -> Parts:
    """Posts and read markers, each in a transaction of its own and many in one, and what a marker makes its
    person's process read again."""
    from django.core.management import call_command

    from bench import seeding
    from chat import announce, snapshots
    from chat.actions.posting import Draft, post_many
    from chat.actions.reading import Marker, mark_read_many

    call_command("migrate", verbosity=0)
    people = [user for user, _ in seeding.people(PEOPLE)]
    rooms = seeding.rooms(people, ROOMS, SIZE)
    said: list[announce.Announcement] = []
    announce.attach(said.append)
    words = texts()

    def post(numbers: Sequence[int]) -> None:
        post_many([Draft(people[n % ROOMS], rooms[n % ROOMS], str(n), words[n % len(words)]) for n in numbers])

    def mark(numbers: Sequence[int]) -> None:
        mark_read_many([Marker(people[n % ROOMS], rooms[n % ROOMS], SIZE + 1 + n // ROOMS) for n in numbers])

    def read_again(numbers: Sequence[int]) -> None:
        snapshots.rooms_by_pair({(people[n % ROOMS], rooms[n % ROOMS]) for n in numbers})

    found: Parts = {}
    for name, work in (("post", post), ("marker", mark), ("again", read_again)):
        found |= _of(work, 1, name, postgres) | _of(work, BATCH, f"{name}_batched", postgres)
    announce.attach(None)
    changes = [each for each in said if isinstance(each, announce.Changes)]
    return found | {
        "change_bytes": round(sum(len(each.body) for each in changes) / len(changes)),
        "announcement_bytes": round(sum(len(announce.encode(each)) for each in changes) / len(changes)),
    }


def announcements(redis: int) -> Parts:
    """Announcements through Redis, small and large: what saying and hearing one costs, each time."""
    from channels.layers import get_channel_layer
    from channels_redis.pubsub import RedisPubSubChannelLayer
    from django.conf import settings

    from chat import announce

    async def say(listeners: int, size: int, times: int) -> tuple[float, float]:
        layer: Any = get_channel_layer()
        ears: list[Any] = [RedisPubSubChannelLayer(hosts=[settings.REDIS_URL]) for _ in range(listeners)]
        channels = [await ear.new_channel() for ear in ears]
        for ear, channel in zip(ears, channels, strict=True):
            await ear.group_add(announce.room_group(1), channel)
        before, redis_before = time.process_time(), cpu_seconds(redis)
        for number in range(times):
            await announce.send(layer, announce.Changes(1, number, number, b"x" * size))
            for ear, channel in zip(ears, channels, strict=True):
                announce.decode((await ear.receive(channel))["data"])
        spent = time.process_time() - before, cpu_seconds(redis) - redis_before
        for ear in [*ears, layer]:
            await ear.flush()
        return spent[0] / times * 1e6, spent[1] / times * 1e6

    said, redis_said = asyncio.run(say(0, SMALL, 5000))
    heard, redis_heard = asyncio.run(say(LISTENERS, SMALL, 1500))
    _, redis_large = asyncio.run(say(LISTENERS, LARGE, 150))
    return {
        "say_us": round(said, 1),
        "hear_us": round((heard - said) / LISTENERS, 1),
        "say_redis_us": round(redis_said, 1),
        "hear_redis_us": round((redis_heard - redis_said) / LISTENERS, 1),
        "hear_redis_us_per_kib": round((redis_large - redis_heard) / LISTENERS / (LARGE - SMALL) * 1024, 3),
    }


def presence() -> Parts:
    """What it takes a process to hear whom the others hold, for each person and each time that it is repeated."""
    from chat import announce, protocol
    from chat.live.hub import Hub
    from chat.live.pools import Pool
    from chat.live.presence import Presence

    def hear(processes: int) -> tuple[float, float, float]:
        told: list[bytes] = []
        for process in range(processes):
            users = range(process, PRESENT, processes)
            states = {user: ("online", [user * 7 % 4000 + seat for seat in range(SIZE)]) for user in users}
            told.append(announce.encode(announce.Present(f"{process:032}", True, states, dict.fromkeys(users, 1))))
        before = memory_kib(os.getpid())
        here = Presence(Hub(Pool("nobody", 1)), lambda _: None)
        spent = []
        for _ in range(4):  # after the first time nothing is new, as nearly always
            begun = time.process_time()
            for each in told:
                heard = announce.decode(each)
                assert isinstance(heard, announce.Present)
                here.receive(heard)
            here.tick()
            spent.append(time.process_time() - begun)
        return min(spent), memory_kib(os.getpid()) - before, sum(map(len, told))

    def greet() -> tuple[float, int]:
        """What everybody who comes is told of a room with all of them in it."""
        begun = time.process_time()
        states = dict.fromkeys(range(PRESENT * 40, PRESENT * 41), "online")
        encoded = protocol.encode(protocol.Presence(room=1, states=dict(states)))
        return time.process_time() - begun, len(encoded)

    greeting, told = min(greet() for _ in range(5))
    few, kib, size = hear(FEW)
    many, _, _ = hear(MANY)
    slope = max(0.0, (many - few) / (MANY - FEW))
    return {
        "present_us": round((few - slope * FEW) / PRESENT * 1e6, 2),
        "present_us_per_process": round(slope / PRESENT * 1e6, 4),
        "present_kib": round(kib / PRESENT, 2),
        "present_bytes": round(size / PRESENT, 1),
        "greet_us": round(greeting / PRESENT * 1e6, 3),
        "greet_bytes": round(told / PRESENT, 1),
    }


def commits(postgres: Postgres) -> Parts:
    """Small transactions that reach the disk, by eight clients of pgbench, on both cores."""
    command = [require("pgbench", folders=BINARIES), "-h", "127.0.0.1", "-p", str(postgres.port), "-U", "chat"]
    database = postgres.create_database()
    subprocess.run([*command, "-i", "-q", "-s", "10", database], check=True, capture_output=True)
    done = subprocess.run(
        [*command, "-N", "-c", "8", "-T", "8", database], check=True, capture_output=True, text=True
    )
    [rate] = re.findall(r"^tps = ([\d.]+)", done.stdout, re.MULTILINE)
    return {"commits_per_second": round(float(rate))}


def _of(work: Callable[[Sequence[int]], None], size: int, name: str, database: int) -> Parts:
    """Microseconds of this process and of the database for one of `size` in a batch: the best round of three."""
    rounds = []
    for _ in range(3):
        before, database_before = time.process_time(), cpu_seconds(database)
        for _ in range(TIMES):
            work([next(_numbers) for _ in range(size)])
        spent = time.process_time() - before, cpu_seconds(database) - database_before
        rounds.append([seconds / TIMES / size * 1e6 for seconds in spent])
    ours, theirs = min(rounds)
    return {f"{name}_us": round(ours), f"{name}_database_us": round(theirs)}


if __name__ == "__main__":
    sys.exit(main())
