"""From the addresses of Redis servers to Django's settings of the channel layer and the cache."""

from typing import Any
from urllib.parse import quote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def redis_urls(addresses: str, password: str) -> list[str]:
    """The addresses, separated by commas, each with `password` unless it has one of its own.

    Raises:
        ImproperlyConfigured: one is no address of a Redis server.
    """
    return [_with_password(address.strip(), password) for address in addresses.split(",") if address.strip()]


def _with_password(address: str, password: str) -> str:
    parts = urlsplit(address)
    if parts.scheme not in ("redis", "rediss", "unix"):
        raise ImproperlyConfigured("REDIS_URL must look like redis://host:6379/0.")
    if not password or parts.password is not None or parts.scheme == "unix":
        return address
    host = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{parts.username or ''}:{quote(password, safe='')}@{host}").geturl()


def channel_layer(urls: list[str]) -> dict[str, Any]:
    """In this process's memory without Redis; with several, each group lives on one of them."""
    if not urls:
        return {"BACKEND": "channels.layers.InMemoryChannelLayer"}
    # redis-py 8 gives up on an idle subscription after 5 s unless told otherwise.
    hosts = [{"address": url, "socket_timeout": None} for url in urls]
    return {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer", "CONFIG": {"hosts": hosts}}


def cache(urls: list[str]) -> dict[str, Any]:
    if not urls:
        return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    return {
        "BACKEND": "chatsite.cache.RedisOrMemoryCache",
        "LOCATION": urls[0],
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    }
