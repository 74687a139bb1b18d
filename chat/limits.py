"""How much one person may do, over all doors: limits of the wire contract, kept by the library `limits`."""

import time

from django.conf import settings
from limits import RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

# 20 posts a second with bursts of 60; 100 commands a second; 50 sockets.
POSTS = RateLimitItemPerSecond(60, 3, namespace="posts")
COMMANDS = RateLimitItemPerSecond(100, 1, namespace="commands")
SOCKETS = 50

_limiter = MovingWindowRateLimiter(MemoryStorage())


def exceeded(limit: RateLimitItemPerSecond, user_id: int) -> float | None:
    """Count one use. None while the limit holds, else the seconds until there is room again."""
    if not settings.RATE_LIMITS or _limiter.hit(limit, str(user_id)):
        return None
    reset, _ = _limiter.get_window_stats(limit, str(user_id))
    return max(0.1, round(reset - time.time(), 1))


def too_many_sockets(open_sockets: int) -> bool:
    return settings.RATE_LIMITS and open_sockets >= SOCKETS
