"""From the addresses of Redis servers to Django's settings of the channel layers and the cache."""

from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from django.core.exceptions import ImproperlyConfigured

SCHEMES = ("redis://", "rediss://", "unix://")


def redis_urls(addresses: str, password: str) -> list[str]:
    """The addresses, separated by commas, each with `password` unless it has one of its own.

    Raises:
        ImproperlyConfigured: one is no address of a Redis server, or stands there twice.
    """
    urls = [_with_password(address.strip(), password) for address in addresses.split(",") if address.strip()]
    if len(set(urls)) < len(urls):
        raise ImproperlyConfigured("REDIS_URL names the same server twice.")
    return urls


def _with_password(address: str, password: str) -> str:
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018  # looked at only when asked for
    except ValueError:
        raise _wrong() from None
    if not address.startswith(SCHEMES) or len(address.split()) > 1:
        raise _wrong()
    # redis-py would take any other word for the database 0.
    if parts.scheme != "unix" and not (parts.path.strip("/") or "0").isdecimal():
        raise _wrong()
    if not password or parts.password is not None or "password" in parse_qs(parts.query):
        return address
    scheme, _, rest = address.partition("://")
    host = rest[len(parts.netloc.rpartition("@")[0]) :].removeprefix("@")
    return f"{scheme}://{parts.username or ''}:{quote(password, safe='')}@{host}"


def _wrong() -> ImproperlyConfigured:
    # Without the address: it may hold a password.
    return ImproperlyConfigured(
        "REDIS_URL must look like redis://host:6379/0, or be several of these with commas."
    )


def channel_layers(urls: list[str]) -> dict[str, Any]:
    """One for each Redis, so that one that is away holds up nothing at the others (`chat.live.layer`).

    Without Redis one in this process's memory.
    """
    if not urls:
        return {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    aliases = ["default", *(f"redis {number}" for number in range(2, len(urls) + 1))]
    return {alias: _channel_layer(url) for alias, url in zip(aliases, urls, strict=True)}


def _channel_layer(url: str) -> dict[str, Any]:
    # redis-py 8 gives up on an idle subscription after 5 s unless told otherwise.
    host = {"address": url, "socket_timeout": None}
    return {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer", "CONFIG": {"hosts": [host]}}


def cache(urls: list[str]) -> dict[str, Any]:
    """On the first Redis alone: what is counted there must be counted in one place."""
    if not urls:
        return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    return {
        "BACKEND": "chatsite.cache.RedisOrMemoryCache",
        "LOCATION": urls[0],
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    }
