"""The hub's ties to the other processes: one for each Redis, among which the groups are spread.

Each has its own queue, lock, task and subscription. So one that is away or hangs holds up nothing that goes by the
others, and is found and listened to anew by itself.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable

from django.conf import settings

from chat import announce

from .tie import Tie


class LayerLink:
    def __init__(self, receive: Callable[[announce.Announcement], None]) -> None:
        self._ties = {alias: Tie(alias, receive) for alias in settings.CHANNEL_LAYERS}

    @property
    def failures(self) -> int:
        return sum(tie.failures for tie in self._ties.values())

    @property
    def dropped(self) -> int:
        return sum(tie.dropped for tie in self._ties.values())

    @property
    def waiting(self) -> int:
        return sum(tie.waiting for tie in self._ties.values())

    def start(self) -> None:
        everyone = announce.layer_of(announce.EVERYONE)
        for alias, tie in self._ties.items():
            tie.start([announce.EVERYONE] if alias == everyone else [])

    async def stop(self) -> None:
        await asyncio.gather(*[tie.stop() for tie in self._ties.values()])

    def publish(self, announcement: announce.Announcement) -> None:
        self._tie(announcement.group).publish(announcement)

    async def join(self, groups: Iterable[str]) -> None:
        """Be in these groups from now on; returns when they are joined, or could not be for now."""
        by_alias: dict[str, list[str]] = defaultdict(list)
        for group in groups:
            by_alias[announce.layer_of(group)].append(group)
        await asyncio.gather(*[self._ties[alias].join(there) for alias, there in by_alias.items()])

    async def leave(self, group: str) -> None:
        await self._tie(group).leave(group)

    async def audit(self) -> None:
        """Let each tie see whether it still hears."""
        await asyncio.gather(*[tie.audit() for tie in self._ties.values()])

    def _tie(self, group: str) -> Tie:
        return self._ties[announce.layer_of(group)]
