"""Whoever loses what they may read hears nothing that was committed after the contract's seconds, in no way and at
no process: by the layer alone, and by the audits alone, with a Redis that hangs and one that is gone."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from tests.faults.endings import AT_ONCE, BY_AUDIT, ENDINGS, Ending
from tests.faults.revoking import Revoked, revoke_all
from tests.faults.stage import start_three
from tests.services.redis import RedisServer, running_redis
from tests.services.site import MANAGE, NewSite, Server

UNAUDITED = ("-m", "tests.faults.unaudited")
TOLD = [ending for ending in ENDINGS if ending.told]
# What tells, the program of the processes, what ends, and how soon.
STORIES: dict[str, tuple[tuple[str, ...], Sequence[Ending], float]] = {
    "by the layer": (UNAUDITED, TOLD, AT_ONCE),
    "while Redis hangs": (MANAGE, ENDINGS, BY_AUDIT),
    "while Redis is away": (MANAGE, ENDINGS, BY_AUDIT),
}


@pytest.fixture(scope="module")
def told(new_postgres_site: NewSite) -> dict[str, list[Revoked]]:
    """Every story. A second is short, so the layer's has the machine for itself; the others wait together."""
    by_layer, *by_audit = STORIES
    return tell(new_postgres_site, [by_layer]) | tell(new_postgres_site, by_audit)


def tell(new_postgres_site: NewSite, stories: Sequence[str]) -> dict[str, list[Revoked]]:
    with ExitStack() as stack:
        redis = [stack.enter_context(running_redis()) for _ in stories]
        sites = [stack.enter_context(new_postgres_site(server.url)) for server in redis]
        with ThreadPoolExecutor(len(stories)) as threads:
            started = list(threads.map(start_three, sites, [STORIES[story][0] for story in stories]))
        for _, stops in started:
            stack.enter_context(stops)
        found = asyncio.run(tell_all(stories, redis, [servers for servers, _ in started]))
        return dict(zip(stories, found, strict=True))


async def tell_all(
    stories: Sequence[str], redis: Sequence[RedisServer], servers: Sequence[Sequence[Server]]
) -> list[list[Revoked]]:
    tellings = []
    for story, its_redis, three in zip(stories, redis, servers, strict=True):
        _, endings, seconds = STORIES[story]
        if story == "while Redis hangs":
            its_redis.pause()
        elif story == "while Redis is away":
            its_redis.stop()
        tellings.append(revoke_all(three, endings, seconds))
    return await asyncio.gather(*tellings)


@pytest.mark.parametrize("story", STORIES)
def test_nothing_committed_after_the_promised_seconds_is_heard(story: str, told: dict[str, list[Revoked]]) -> None:
    *_, seconds = STORIES[story]
    assert {case.ending.name: late for case in told[story] if (late := case.heard_late(seconds))} == {}


@pytest.mark.parametrize("story", STORIES)
def test_every_way_in_is_shut(story: str, told: dict[str, list[Revoked]]) -> None:
    """And until then each was open: `revoke_all` goes on only when words came through it."""
    for case in told[story]:
        ending = case.ending
        for ear in case.ears:
            by_http = "401" if ending.code else ""
            at = (ending.name, ear.place)
            assert ear.how == (ending.code if ear.place.startswith("socket") else by_http), at
            # Of a deleted account both end, the room and the session: whoever hears of the latter first is told
            # no more.
            assert ear.gone == ending.leaves or (ending.leaves and ending.code), at


@pytest.mark.parametrize("story", STORIES)
def test_who_left_hears_nothing_after_their_tick(story: str, told: dict[str, list[Revoked]]) -> None:
    leaving = [case for case in told[story] if case.ending.leaves]
    assert len(leaving) == 3
    assert {case.ending.name: late for case in leaving if (late := case.heard_beyond())} == {}
