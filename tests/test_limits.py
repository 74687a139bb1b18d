"""One count for all processes: two `Shared` stand for two of them, and a Redis that comes and goes."""

import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from unittest.mock import Mock

import pytest
from limits import RateLimitItemPerMinute
from pytest_django import Settings
from redis import Redis

from chat import limits
from chat.actions.posting import Draft
from chat.limits.shared import TIMEOUT, Shared
from chat.live.pacing import hold_back
from tests.services.redis import RedisServer

# So long that no window ends within a test.
LONG = RateLimitItemPerMinute(60, 10, namespace="long")


@pytest.fixture
def here(redis_server: RedisServer) -> Shared:
    redis_server.forget_everything()
    return Shared(redis_server.url)


@pytest.fixture
def there(redis_server: RedisServer) -> Shared:
    return Shared(redis_server.url)


def test_what_one_process_took_another_does_not_get(here: Shared, there: Shared) -> None:
    assert here.admit(LONG, 1, 50) == (50, 0.0)
    taken, wait = there.admit(LONG, 1, 25)
    assert taken == 10
    assert 0 < wait <= 600
    assert here.admit(LONG, 1, 1)[0] == 0
    assert here.admit(LONG, 2, 60) == (60, 0.0), "each person for themselves"


@pytest.mark.parametrize("free", [0, 1, 2, 29, 31, 59])
def test_as_many_as_fit_are_taken(here: Shared, free: int) -> None:
    assert here.admit(LONG, 1, 60 - free)[0] == 60 - free
    assert here.admit(LONG, 1, 60)[0] == free


def test_exactly_the_limit_passes_at_the_same_moment(here: Shared, there: Shared) -> None:
    with ThreadPoolExecutor(2) as threads:
        takes = [threads.submit(shared.admit, LONG, 1, 7) for _ in range(20) for shared in (here, there)]
    assert sum(take.result()[0] for take in takes) == 60


def test_windows_follow_the_clock_of_redis(
    here: Shared, redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a process whose clock is an hour ahead counts would shut people out elsewhere for as long."""
    right = time.time
    with monkeypatch.context() as patched:
        patched.setattr("time.time", lambda: right() + 3600)
        here.flush()
        assert here.admit(LONG, 1, 1)[0] == 1
    with Redis(port=redis_server.port) as client:
        [key] = client.scan_iter()
        assert abs(float(client.lindex(key, 0) or 0) - client.time()[0]) < 60


def test_the_wait_that_is_told_is_enough(here: Shared) -> None:
    here.flush()
    assert here.admit(limits.POSTS, 1, 60)[0] == 60
    taken, wait = here.admit(limits.POSTS, 1, 1)
    assert taken == 0
    time.sleep(wait)
    assert here.admit(limits.POSTS, 1, 60)[0] == 60


def test_keys_have_a_prefix_and_an_end(here: Shared, redis_server: RedisServer) -> None:
    here.admit(limits.POSTS, 1, 1)
    assert here.note_command(1) is None
    here.flush()
    with Redis(port=redis_server.port, decode_responses=True) as client:
        keys = list(client.scan_iter())
        assert len(keys) == 2
        assert all(key.startswith("chat.limits:") for key in keys)
        assert all(0 < client.ttl(key) <= 3 for key in keys)


def test_too_many_commands_everywhere_are_too_many_here(here: Shared, there: Shared) -> None:
    for _ in range(201):
        assert here.note_command(1) is None
        assert there.note_command(1) is None
    here.flush()
    there.flush()
    assert here.note_command(1) is None, "was within the limit when it counted"
    assert 0 < (there.note_command(1) or 0) <= 3
    assert there.note_command(2) is None
    here.flush()
    assert here.note_command(1)


def test_only_some_of_a_batch_are_held_back_and_in_order(here: Shared, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "everywhere", lambda: here)
    here.admit(limits.POSTS, 1, 58)
    drafts = [Draft(author, 1, str(n), "text") for n in range(3) for author in (1, 2)]
    drafts[0].limited = 1.5
    hold_back(drafts)
    held = [(draft.author_id, draft.ref) for draft in drafts if draft.limited]
    assert held == [(1, "0")]
    hold_back(more := [Draft(1, 1, str(n), "text") for n in range(3)])
    assert all(draft.limited for draft in more)


def test_without_limits_nothing_is_shared(settings: Settings) -> None:
    limits.everywhere.cache_clear()
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    settings.RATE_LIMITS = False
    try:
        assert limits.everywhere() is None
        assert all(limits.too_many_commands(1) is None for _ in range(500))
        assert all(limits.too_many_posts(1) is None for _ in range(500))
        assert not limits.too_many_sockets(500)
    finally:
        limits.everywhere.cache_clear()


# Redis away


def test_without_redis_all_fit_and_it_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    shared = Shared("redis://127.0.0.1:1/0")
    assert all(shared.admit(LONG, 1, 60) == (60, 0.0) for _ in range(5))
    shared.flush()
    assert shared.note_command(1) is None
    assert len(caplog.records) == 1


def test_a_redis_that_hangs_is_waited_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with silent_server() as port:
        shared = Shared(f"redis://127.0.0.1:{port}/0")
        ask = Mock(wraps=shared._moving.hit)
        monkeypatch.setattr(shared._moving, "hit", ask)
        assert [shared.admit(LONG, user, 3)[0] for user in range(5)] == [3] * 5
        ask.assert_called_once()
    options = shared._storage.client.connection_pool.connection_kwargs
    assert options["socket_timeout"] == options["socket_connect_timeout"] == TIMEOUT <= 0.1
    assert options["retry"].get_retries() == 0


@contextmanager
def silent_server() -> Iterator[int]:
    """Takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_redis_is_found_again_in_the_background(redis_server: RedisServer, here: Shared, there: Shared) -> None:
    assert there.admit(LONG, 1, 60)[0] == 60
    here.start()
    redis_server.stop()
    assert here.admit(LONG, 1, 1)[0] == 1
    was_away = here.away
    assert was_away
    redis_server.start()
    deadline = time.monotonic() + 20
    while here.away:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    # A Redis that forgot is no reason to fail.
    assert here.admit(LONG, 1, 60) == (60, 0.0)
    assert here.admit(LONG, 1, 1)[0] == 0
