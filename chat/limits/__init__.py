"""How much one person may do, over all doors and processes: limits of the wire contract, kept by the library
`limits`.

Each process counts in its memory first, so that a flood never reaches Redis. What passes there is counted for all
processes together in Redis: a post before it is stored, a command soon after, by the way.
"""

import time
from functools import cache

from django.conf import settings
from limits import RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from .shared import Shared

# 20 posts a second with bursts of 60; 100 commands a second; 50 sockets.
POSTS = RateLimitItemPerSecond(60, 3, namespace="posts")
COMMANDS = RateLimitItemPerSecond(100, 1, namespace="commands")
SOCKETS = 50

_limiter = MovingWindowRateLimiter(MemoryStorage())


def too_many_posts(user_id: int) -> float | None:
    """Count one post of this process. None while the limit holds, else the seconds until there is room again."""
    return _exceeded(POSTS, user_id) if settings.RATE_LIMITS else None


def too_many_commands(user_id: int) -> float | None:
    """Count one command. None while the limit holds, else the seconds until there is room again."""
    if not settings.RATE_LIMITS:
        return None
    wait = _exceeded(COMMANDS, user_id)
    if wait is None and (counts := everywhere()) is not None:
        wait = counts.note_command(user_id)
    return wait


def too_many_sockets(open_sockets: int) -> bool:
    """Whether someone with so many open sockets in all processes may open no other."""
    return settings.RATE_LIMITS and open_sockets >= SOCKETS


@cache
def everywhere() -> Shared | None:
    """The counts of all processes; None where there are no others, or no limits."""
    if not (settings.RATE_LIMITS and settings.REDIS_URL):
        return None
    counts = Shared(settings.REDIS_URL)
    counts.start()
    return counts


def _exceeded(limit: RateLimitItemPerSecond, user_id: int) -> float | None:
    if _limiter.hit(limit, str(user_id)):
        return None
    reset, _ = _limiter.get_window_stats(limit, str(user_id))
    return max(0.1, round(reset - time.time(), 1))
