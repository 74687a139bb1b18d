"""What addresses of Redis mean to the libraries that use them, and which are refused."""

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from redis.connection import ConnectionPool

from chatsite.redis import cache, channel_layers, redis_urls

PASSWORD = "p@ss/w:rd,%41#?é"


def understood(url: str) -> dict[str, Any]:
    """What redis-py makes of an address."""
    found: dict[str, Any] = ConnectionPool.from_url(url).connection_kwargs
    return found


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("redis://cache", {"host": "cache"}),
        ("redis://cache:6380/2", {"host": "cache", "port": 6380, "db": 2}),
        ("redis://chat@cache:6379/0", {"host": "cache", "port": 6379, "username": "chat"}),
        ("redis://ch%40t@cache", {"host": "cache", "username": "ch@t"}),
        ("rediss://cache:6379/0?ssl_cert_reqs=none", {"host": "cache", "ssl_cert_reqs": "none"}),
        ("redis://[fd00::1]:6379/0", {"host": "fd00::1", "port": 6379}),
        ("redis://chat@[fd00::1]", {"host": "fd00::1", "username": "chat"}),
        ("unix:///run/redis.sock?db=1", {"path": "/run/redis.sock", "db": 1}),
        ("unix://chat@/run/redis.sock", {"path": "/run/redis.sock", "username": "chat"}),
    ],
)
def test_a_password_of_its_own_joins_the_address(address: str, found: dict[str, Any]) -> None:
    [url] = redis_urls(address, PASSWORD)
    assert {"password": PASSWORD, **found}.items() <= understood(url).items()


@pytest.mark.parametrize(
    "address",
    [
        "redis://:its%2Cown@cache",
        "redis://chat:its%2Cown@[fd00::1]:6379/0",
        "unix:///run/r.sock?password=its%2Cown",
    ],
)
def test_the_password_of_the_address_wins(address: str) -> None:
    assert redis_urls(address, PASSWORD) == [address]
    assert understood(address)["password"] == "its,own"


def test_without_a_password_an_address_stays_as_it_is() -> None:
    assert redis_urls("unix:///run/redis.sock", "") == ["unix:///run/redis.sock"]


def test_several_are_separated_by_commas() -> None:
    assert redis_urls(" redis://one , redis://:own@two/1,", "p") == ["redis://:p@one", "redis://:own@two/1"]
    assert redis_urls("", PASSWORD) == []


@pytest.mark.parametrize(
    "wrong",
    [
        "cache:6379",
        "http://cache",
        "REDIS://cache",
        "redis:/cache",
        "redis://cache:port",
        "redis://cache:99999",
        "redis://[fd00::1",
        "redis://one,two",
        "redis://one redis://two",
        "redis://one,redis://one",
    ],
)
def test_a_wrong_address_is_refused_and_no_password_shown(wrong: str) -> None:
    assert redis_urls("redis://one,redis://two", PASSWORD)
    with pytest.raises(ImproperlyConfigured, match=r"^REDIS_URL") as refused:
        redis_urls(wrong, PASSWORD)
    assert "p@ss" not in str(refused.value)


def test_each_redis_is_a_layer_of_its_own_and_the_first_one_counts() -> None:
    urls = ["redis://one", "redis://two", "redis://three"]
    layers = channel_layers(urls)
    assert next(iter(layers)) == "default", "it is the one that Channels takes where none is named"
    assert [layer["CONFIG"]["hosts"] for layer in layers.values()] == [
        [{"address": url, "socket_timeout": None}] for url in urls
    ]
    assert cache(urls)["LOCATION"] == "redis://one"


def test_without_redis_all_is_in_memory() -> None:
    [layer] = channel_layers([]).values()
    assert "InMemory" in layer["BACKEND"]
    assert "locmem" in cache([])["BACKEND"]
