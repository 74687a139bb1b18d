"""The cache of a site with Redis. It holds nothing but the counts of attempts to sign in."""

import logging
import time
from collections.abc import Callable
from typing import Any, ClassVar

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
PAUSE = 5.0  # seconds without a new try after Redis did not answer


class RedisOrMemoryCache(RedisCache):
    """Redis, and the process's own memory while Redis is away: people sign in, and attempts stay limited."""

    # Of the class, because Django makes an object for every thread.
    away_until: ClassVar[float] = 0.0

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._memory = LocMemCache("while-redis-is-away", {})

    def add(self, *args: Any, **kwargs: Any) -> bool:
        return bool(self._ask(super().add, self._memory.add, *args, **kwargs))

    def get(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask(super().get, self._memory.get, *args, **kwargs)

    def set(self, *args: Any, **kwargs: Any) -> None:
        self._ask(super().set, self._memory.set, *args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> bool:
        return bool(self._ask(super().delete, self._memory.delete, *args, **kwargs))

    def _ask(self, redis: Callable[..., Any], memory: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() >= self.away_until:
            try:
                return redis(*args, **kwargs)
            except RedisError as error:
                RedisOrMemoryCache.away_until = time.monotonic() + PAUSE
                logger.warning("Redis is away, attempts are counted in this process: %s", error)
        return memory(*args, **kwargs)
