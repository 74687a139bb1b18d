"""How much each person has said lately in this process, for the site's own limits on floods and repeats.

Posts are counted once they are stored, so a retry counts for nothing. Other processes are asked by `everywhere`.
"""

import time
from collections import Counter, OrderedDict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from threading import Lock

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

FLOOD_WINDOW = 10.0  # seconds
REPEAT_WINDOW = 600.0
LATEST = 200  # posts remembered of a person: no limit may be higher
PEOPLE = 10_000  # of whom anything is remembered: those who spoke last

Digest = bytes | None  # of a text, None if it may be repeated at will


@dataclass(slots=True)
class Said:
    """What one person said lately, and what is about to be stored of theirs."""

    stored: deque[tuple[float, Digest]] = field(default_factory=lambda: deque(maxlen=LATEST))
    pending: Counter[Digest] = field(default_factory=Counter)

    def posts(self) -> int:
        since = time.monotonic() - FLOOD_WINDOW
        return sum(at > since for at, _ in self.stored) + self.pending.total()

    def repeats(self, digest: bytes) -> int:
        since = time.monotonic() - REPEAT_WINDOW
        return sum(at > since and other == digest for at, other in self.stored) + self.pending[digest]


_said: OrderedDict[int, deque[tuple[float, Digest]]] = OrderedDict()
_lock = Lock()
_hits = FixedWindowRateLimiter(MemoryStorage())
_ONCE_A_MINUTE = RateLimitItemPerMinute(1, namespace="rule-hits")


def said_by(user_id: int) -> Said:
    """A copy to be looked at and added to while a batch is judged; it counts once `note` was called."""
    with _lock:
        return Said(deque(_said.get(user_id, ()), maxlen=LATEST))


def note(user_id: int, digests: Iterable[Digest]) -> None:
    """Count posts that were stored."""
    now = time.monotonic()
    with _lock:
        said = _said.pop(user_id, None) or deque(maxlen=LATEST)
        said.extend((now, digest) for digest in digests)
        _said[user_id] = said
        while len(_said) > PEOPLE:
            _said.popitem(last=False)


def forget() -> None:
    """Begin anew, as a process that just started."""
    with _lock:
        _said.clear()
    _hits.storage.reset()


def first_this_minute(*key: object) -> bool:
    """Whether this happens for the first time in this minute, in this process."""
    return _hits.hit(_ONCE_A_MINUTE, *map(str, key))
