"""Whoever loses what they may read hears nothing that was committed after the contract's seconds, in no way and at
no process: by the layer alone, and by the audits alone, with a Redis that hangs and one that is gone."""

import asyncio
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from tests.faults.endings import AT_ONCE, BY_AUDIT, ENDINGS, Ending
from tests.faults.revoking import Revoked, revoke_all
from tests.services.redis import RedisServer, running_redis
from tests.services.site import MANAGE, NewSite, Server, Site

KINDS = ("daphne", "uvicorn", "daphne")
UNAUDITED = ("-m", "tests.faults.unaudited")
TOLD = [ending for ending in ENDINGS if ending.told]
# What tells, the program of the processes, what ends, and how soon.
STORIES: dict[str, tuple[tuple[str, ...], Sequence[Ending], float]] = {
    "by the layer": (UNAUDITED, TOLD, AT_ONCE),
    "while Redis hangs": (MANAGE, ENDINGS, BY_AUDIT),
    "while Redis is away": (MANAGE, ENDINGS, BY_AUDIT),
}


@pytest.fixture(scope="module")
def told(new_postgres_site: NewSite) -> Iterator[dict[str, list[Revoked]]]:
    """Every story, all at once: the waiting for the audits happens once."""
    with ExitStack() as stack:
        redis = [stack.enter_context(running_redis()) for _ in STORIES]
        sites = [stack.enter_context(new_postgres_site(server.url)) for server in redis]
        programs = [program for program, _, _ in STORIES.values()]
        with ThreadPoolExecutor(len(STORIES)) as threads:
            started = list(threads.map(start_three, sites, programs))
        for stops, _ in started:
            stack.enter_context(stops)
        yield asyncio.run(tell_all(redis, [servers for _, servers in started]))


def start_three(site: Site, program: tuple[str, ...]) -> tuple[ExitStack, list[Server]]:
    with ExitStack() as stack:
        servers = [stack.enter_context(site.serve(kind, program=program)) for kind in KINDS]
        return stack.pop_all(), servers


async def tell_all(redis: Sequence[RedisServer], servers: Sequence[Sequence[Server]]) -> dict[str, list[Revoked]]:
    _, hanging, away = redis
    hanging.pause()
    away.stop()
    try:
        tellings = [
            revoke_all(three, endings, seconds)
            for three, (_, endings, seconds) in zip(servers, STORIES.values(), strict=True)
        ]
        return dict(zip(STORIES, await asyncio.gather(*tellings), strict=True))
    finally:
        hanging.resume()


@pytest.mark.parametrize("story", STORIES)
def test_nothing_committed_after_the_promised_seconds_is_heard(story: str, told: dict[str, list[Revoked]]) -> None:
    *_, seconds = STORIES[story]
    assert {case.ending.name: late for case in told[story] if (late := case.heard_late(seconds))} == {}


@pytest.mark.parametrize("story", STORIES)
def test_every_way_in_is_shut(story: str, told: dict[str, list[Revoked]]) -> None:
    """And until then each was open: `revoke_all` goes on only when words came through it."""
    for case in told[story]:
        for ear in case.ears:
            by_http = "gone" if case.ending.how == "gone" else "401"
            assert ear.how == (case.ending.how if ear.place.startswith("socket") else by_http), (
                case.ending.name,
                ear.place,
            )


@pytest.mark.parametrize("story", STORIES)
def test_the_removed_hear_nothing_after_their_tick(story: str, told: dict[str, list[Revoked]]) -> None:
    [removal] = [case for case in told[story] if case.ending.how == "gone"]
    assert removal.heard_beyond() == []
