"""What a person does in all processes, counted in Redis. While Redis is away each process counts for itself."""

import logging
import threading
import time
from collections import Counter

from limits import RateLimitItem, RateLimitItemPerSecond
from limits.storage import RedisStorage
from limits.strategies import FixedWindowRateLimiter, MovingWindowRateLimiter
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

logger = logging.getLogger(__name__)

TIMEOUT = 0.1  # seconds a post may wait for Redis, once: then it is away until it answers in the background
GATHER = 0.2  # seconds for which commands gather before they are counted
PAUSE = 1.0  # seconds between two tries while Redis is away
LATE = 1.0  # seconds after which what gathered is not counted any more: the machine is busy
# A hundred a second, and a hundred more because what gathered may be counted so late: whoever keeps to the limit
# never exceeds this one, however the commands fall into its windows.
COMMANDS = RateLimitItemPerSecond(400, 3, namespace="commands")


FAILURES = (RedisError, OSError)


class Shared:
    def __init__(self, url: str) -> None:
        self._storage = _Storage(
            url,
            key_prefix="chat.limits",
            socket_timeout=TIMEOUT,
            socket_connect_timeout=TIMEOUT,
            retry=Retry(NoBackoff(), 0),  # type: ignore[arg-type]  # it is passed on to the client
        )
        self._moving = MovingWindowRateLimiter(self._storage)
        self._fixed = FixedWindowRateLimiter(self._storage)
        self._commands: Counter[int] = Counter()  # uses that no process but this knows of
        self._since = 0.0  # when the first of them came
        self._over: dict[int, float] = {}  # until when
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self.away = False

    def start(self) -> None:
        """Count commands, and look for a Redis that is away, in a thread that dies with the process."""
        threading.Thread(target=self._work, name="chat-limits", daemon=True).start()

    def admit(self, limit: RateLimitItem, key: int | str, wanted: int) -> tuple[int, float]:
        """Count up to `wanted` uses. How many of them fit, and the seconds until there is room for one more.

        Takes up to `TIMEOUT` once when Redis does not answer; then, and until it is back, all fit.
        """
        if self.away:
            return wanted, 0.0
        try:
            taken = self._take(limit, str(key), wanted)
            return taken, self._wait(limit, str(key)) if taken < wanted else 0.0
        except FAILURES as error:
            self._note_away(error)
            return wanted, 0.0

    def note_command(self, user_id: int) -> float | None:
        """Have one command counted soon; None, or how long the person is over the limit. Never waits for Redis."""
        if (wait := self._over.get(user_id, 0.0) - time.monotonic()) > 0:
            return round(wait + 0.05, 1)
        if not self.away:
            with self._lock:
                if not self._commands:
                    self._since = time.monotonic()
                self._commands[user_id] += 1
            self._wake.set()
        return None

    def flush(self) -> None:
        """Count what gathered. Also finds out whether Redis is there."""
        with self._lock:
            commands, self._commands = self._commands, Counter()
        now = time.monotonic()
        self._over = {user_id: until for user_id, until in self._over.items() if until > now}
        if now - self._since > LATE:
            commands.clear()
        try:
            self._storage.read_clock()
            for user_id, uses in commands.items():
                if not self._fixed.hit(COMMANDS, str(user_id), cost=uses):
                    # A whole window, or who sends in bursts would be heard between two of them.
                    self._over[user_id] = now + COMMANDS.get_expiry()
        except FAILURES as error:
            self._note_away(error)
            return
        if self.away:
            logger.info("Redis is back, limits are shared again.")
            self.away = False

    def _take(self, limit: RateLimitItem, user: str, wanted: int) -> int:
        """As many as fit, by halves: the library takes all of a cost or nothing."""
        taken, cost = 0, wanted
        while taken < wanted:
            if self._moving.hit(limit, user, cost=cost):
                taken += cost
            elif cost == 1:
                break
            cost = min((cost + 1) // 2, wanted - taken)
        return taken

    def _wait(self, limit: RateLimitItem, user: str) -> float:
        reset, _ = self._moving.get_window_stats(limit, user)
        return min(max(0.1, round(reset - time.time() + 0.05, 1)), float(limit.get_expiry()))

    def _work(self) -> None:
        while True:
            self._wake.wait()
            time.sleep(PAUSE if self.away else GATHER)
            self._wake.clear()
            try:
                self.flush()
            except Exception:
                # The thread must live on, or the limits would stay unshared until a restart.
                logger.exception("Commands could not be counted.")

    def _note_away(self, error: Exception) -> None:
        if not self.away:
            logger.warning("Redis is away, each process keeps the limits for itself: %s", error)
        self.away = True
        # Else each of the connections from before would fail once.
        self._storage.client.connection_pool.disconnect(inuse_connections=False)
        self._wake.set()


class _Storage(RedisStorage):
    """Windows by Redis's own clock: by each process's, one whose clock is off would shut people out at others."""

    _ahead = 0.0  # seconds

    @property
    def client(self) -> Redis:
        client: Redis = self.storage
        return client

    def read_clock(self) -> None:
        seconds, micros = self.client.time()
        self._ahead = seconds + micros / 1e6 - time.time()

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        now = time.time() + self._ahead
        return bool(self.lua_acquire_moving_window([self.prefixed_key(key)], [now, limit, expiry, amount]))
