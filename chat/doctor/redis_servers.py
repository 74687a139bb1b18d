"""Each Redis: whether it answers, lets the site in, and carries announcements."""

import secrets
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

from .findings import Finding, note, ok, problem, reason

REDIS = "redis"
LIMIT = 2.0  # seconds for each answer


def check() -> Iterator[Finding]:
    if not settings.REDIS_URLS:
        yield note(REDIS, "REDIS_URL is not set, which is right for one process; several need it.")
    for url in settings.REDIS_URLS:
        yield from _judge(url)


def connect(url: str) -> Any:
    """A client that neither waits long nor tries again."""
    return redis.Redis.from_url(
        url, socket_connect_timeout=LIMIT, socket_timeout=LIMIT, retry=Retry(NoBackoff(), 0)
    )


def name(url: str) -> str:
    """Without its password."""
    parts = urlsplit(url)
    return parts.path if parts.scheme == "unix" else f"{parts.hostname or 'localhost'}:{parts.port or 6379}"


def _judge(url: str) -> Iterator[Finding]:
    where = f"Redis at {name(url)}"
    try:
        with connect(url) as client:
            client.ping()
            version = client.info("server").get("redis_version", "")
            if _carries(client):
                yield ok(REDIS, f"{where} ({version}) answers and carries announcements.")
            else:
                yield problem(
                    REDIS,
                    f"{where} answers, but what is published there does not arrive: let REDIS_URL lead to Redis "
                    "itself and to no proxy that lacks publish and subscribe.",
                )
    except redis.AuthenticationError as error:
        yield problem(
            REDIS, f"{where} refuses the password ({reason(error)}): correct REDIS_PASSWORD or REDIS_URL."
        )
    except redis.exceptions.NoPermissionError as error:
        yield problem(
            REDIS,
            f"{where} forbids what the site needs ({reason(error)}): allow its user all channels, keys and "
            "commands.",
        )
    except redis.TimeoutError:
        yield problem(
            REDIS, f"{where} did not answer in time: start it, open its port, or correct the host in REDIS_URL."
        )
    except redis.ConnectionError as error:
        yield problem(
            REDIS, f"{where} cannot be reached ({reason(error)}): start it, or correct the host in REDIS_URL."
        )
    except redis.RedisError as error:
        yield problem(REDIS, f"{where} refuses ({reason(error)}): correct REDIS_URL, or mend that server.")


def _carries(client: Any) -> bool:
    """Whether something published comes back to who subscribed."""
    channel = f"chat.doctor.{secrets.token_hex(8)}"
    with client.pubsub(ignore_subscribe_messages=True) as subscription:
        subscription.subscribe(channel)
        # The answer to subscribing first: else both are on their way at once.
        subscription.get_message(timeout=LIMIT)
        client.publish(channel, "hello")
        deadline = time.monotonic() + LIMIT
        while (left := deadline - time.monotonic()) > 0:
            message = subscription.get_message(timeout=left)
            if message is not None and message["data"] == b"hello":
                return True
    return False
