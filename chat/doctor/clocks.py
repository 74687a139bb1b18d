"""The clocks of this machine, the database and each Redis."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial

import redis
from django.conf import settings

from chat.unpooled import unpooled

from .databases import FAILURES, sqlite_file
from .findings import Finding, ok, problem
from .redis_servers import connect, name

CLOCK = "clock"
MOST = 2.0  # seconds of difference that do no harm


def check() -> Iterator[Finding]:
    """Compare those that answer; that the others do not is told elsewhere."""
    compared = False
    for whose, ask in _clocks():
        before = time.time()
        try:
            difference = compare(before, ask(), time.time())
        except (*FAILURES, redis.RedisError):
            continue
        compared = True
        if abs(difference) > MOST:
            yield judge(whose, difference)
    if compared:
        yield ok(CLOCK, "The clocks were compared with this machine's.")


def compare(before: float, other: float, after: float) -> float:
    """By how many seconds the other clock is ahead at least, which was read at some time while we waited."""
    return min(0.0, other - before) or max(0.0, other - after)


def judge(whose: str, difference: float) -> Finding:
    ahead = "ahead of" if difference > 0 else "behind"
    return problem(
        CLOCK,
        f"The clock of {whose} is {abs(difference):.0f} seconds {ahead} this machine's: let both synchronise with "
        "NTP (timedatectl set-ntp true).",
    )


def _clocks() -> Iterator[tuple[str, Callable[[], float]]]:
    if sqlite_file() is None:
        yield "the database", _of_database
    for url in settings.REDIS_URLS:
        yield f"Redis at {name(url)}", partial(_of_redis, url)


def _of_database() -> float:
    with closing(unpooled()) as database, database.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())::float8")
        [seconds] = cursor.fetchone()
        return float(seconds)


def _of_redis(url: str) -> float:
    with connect(url) as client:
        seconds, microseconds = client.time()
        return float(seconds) + float(microseconds) / 1e6
