"""How many sockets each person has open in all processes, which tell each other with their presence.

What is heard is a second old, so two processes may together let in more than the limit. Then each closes the
newest it has beyond its share. Shares are dealt in the order of the processes' ids, which is the same for all: so
that what remains is the limit, and not nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from operator import attrgetter
from typing import TYPE_CHECKING

from django.conf import settings

from chat import announce, limits, protocol

if TYPE_CHECKING:
    from .hub import Hub


class Sockets:
    def __init__(self, hub: "Hub") -> None:
        self._hub = hub
        self._told: dict[int, int] = {}  # as this process announced last
        self._heard: dict[str, dict[int, int]] = defaultdict(dict)
        self._moved: set[int] = set()  # people whose count changed anywhere

    def too_many(self, user_id: int) -> bool:
        """Whether the person may open no other."""
        return limits.too_many_sockets(self._here(user_id) + sum(self._elsewhere(user_id).values()))

    def news(self, user_ids: Iterable[int]) -> dict[int, int]:
        """The counts of these people, where they differ from what was announced; announced from now on."""
        if not settings.RATE_LIMITS:
            return {}
        counts = {user_id: self._here(user_id) for user_id in user_ids}
        news = {user_id: count for user_id, count in counts.items() if count != self._told.get(user_id, 0)}
        _update(self._told, news)
        self._moved.update(news)
        return news

    def all(self) -> dict[int, int]:
        return dict(self._told)

    def hear(self, announced: announce.Present) -> None:
        heard = self._heard[announced.process]
        if announced.complete:
            heard.clear()
        _update(heard, announced.sockets)
        self._moved.update(announced.sockets)

    def forget(self, process: str) -> None:
        """It holds nobody any more."""
        self._heard.pop(process, None)

    def close_surplus(self) -> None:
        """Where a person has too many by what is known now, close the newest beyond this process's share."""
        for user_id in self._moved:
            here = self._here(user_id)
            if here and limits.too_many_sockets(here + sum(self._elsewhere(user_id).values()) - 1):
                mine = sorted(self._hub.by_user[user_id], key=attrgetter("opened"))
                for connection in mine[self._share(user_id) :]:
                    connection.close(protocol.Close.TOO_MANY)
        self._moved.clear()

    def _share(self, user_id: int) -> int:
        left = limits.SOCKETS
        counts = self._elsewhere(user_id) | {announce.PROCESS: self._here(user_id)}
        for process in sorted(counts):
            if process == announce.PROCESS:
                break
            left -= min(counts[process], left)
        return left

    def _here(self, user_id: int) -> int:
        return len(self._hub.by_user.get(user_id, ()))

    def _elsewhere(self, user_id: int) -> dict[str, int]:
        return {process: heard[user_id] for process, heard in self._heard.items() if user_id in heard}


def _update(held: dict[int, int], news: Mapping[int, int]) -> None:
    for user_id, count in news.items():
        if count:
            held[user_id] = count
        else:
            held.pop(user_id, None)
