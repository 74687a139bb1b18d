"""A tie to one Redis: a channel of this process, in a group for each room that lives there and is read here.

Nobody awaits the layer. Publishing goes through one task with a bounded queue and a time limit; a join that failed
is tried again at the next audit. What is lost here is found by its tick.

A subscription can die without a sign (a firewall that forgets it): publishing works, and nothing is heard. So each
audit sends something through Redis to this process itself, and what has not come by the next one ends the wait.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterable

import msgspec
from channels.layers import get_channel_layer

from chat import announce

logger = logging.getLogger(__name__)

QUEUE = 2000  # announcements that wait for the layer
RETRY = 1.0  # seconds


class Tie:
    """`alias` is the name of its channel layer in the settings."""

    def __init__(self, alias: str, receive: Callable[[announce.Announcement], None]) -> None:
        self._alias = alias
        self._receive = receive
        self._layer = get_channel_layer(alias)
        # A name of our own: each `new_channel` that failed while Redis was away left a queue behind.
        self._channel = f"hub.{announce.PROCESS}"
        self._echo = announce.Echo(self._channel)
        self._wanted = {self._echo.group}
        self._joined: set[str] = set()
        self._outgoing: asyncio.Queue[announce.Announcement] = asyncio.Queue(QUEUE)
        self._joining = asyncio.Lock()
        self._tasks: list[asyncio.Task[None]] = []
        self._healthy = True
        self._heard = True  # something of our own came back since the last audit
        self.failures = 0
        self.dropped = 0

    @property
    def waiting(self) -> int:
        return self._outgoing.qsize()

    def start(self, groups: Iterable[str]) -> None:
        self._wanted.update(groups)
        # In this order: receiving makes the channel known, joining needs it.
        works = (self._listen(), self.rejoin(), self._publish())
        self._listening, *self._tasks = [asyncio.create_task(work) for work in works]

    async def stop(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(announce.PUBLISH_TIMEOUT):
                await self._outgoing.join()
        tasks = [self._listening, *self._tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def publish(self, announcement: announce.Announcement) -> None:
        try:
            self._outgoing.put_nowait(announcement)
        except asyncio.QueueFull:
            self.dropped += 1

    async def join(self, groups: Iterable[str]) -> None:
        """Be in these groups from now on; returns when they are joined, or could not be for now."""
        self._wanted.update(groups)
        await self.rejoin()

    async def audit(self) -> None:
        """Listen anew if what was sent at the last audit did not come back, and join what could not be joined."""
        if self._healthy and not self._heard and self._outgoing.empty():
            await self._listen_anew()
        await self.rejoin()
        # Only now: sent before its group is joined it would never be heard, and all begin anew at every audit.
        self._heard = self._echo.group not in self._joined
        self.publish(self._echo)

    async def _listen_anew(self) -> None:
        logger.warning("The channel layer (%s) fell silent; listening anew.", self._alias)
        async with self._joining:
            self._joined.clear()
            self._listening.cancel()
            await asyncio.wait([self._listening], timeout=announce.PUBLISH_TIMEOUT)
            try:
                async with asyncio.timeout(announce.PUBLISH_TIMEOUT):
                    await self._layer.flush()
            except Exception as error:
                self._note_failure(error)
            self._listening = asyncio.create_task(self._listen())
            # The channel must be known before anything can be joined.
            await asyncio.sleep(0)

    async def rejoin(self) -> None:
        async with self._joining:
            for group in self._wanted - self._joined:
                try:
                    async with asyncio.timeout(announce.PUBLISH_TIMEOUT):
                        await self._layer.group_add(group, self._channel)
                except Exception as error:
                    self._note_failure(error)
                    return
                self._joined.add(group)

    async def leave(self, group: str) -> None:
        self._wanted.discard(group)
        # One after the other: a join of this group may be on its way.
        async with self._joining:
            if group in self._joined - self._wanted:
                self._joined.discard(group)
                try:
                    async with asyncio.timeout(announce.PUBLISH_TIMEOUT):
                        await self._layer.group_discard(group, self._channel)
                except Exception as error:
                    self._note_failure(error)

    async def _listen(self) -> None:
        while True:
            try:
                message = await self._layer.receive(self._channel)
                if message["process"] == announce.PROCESS:
                    self._heard = True
                else:
                    self._receive(announce.decode(message["data"]))
            except msgspec.ValidationError:
                # Of the release to come, which runs beside this one; what takes a tick shows in the clocks.
                continue
            except Exception as error:
                self._note_failure(error)
                await asyncio.sleep(RETRY)

    async def _publish(self) -> None:
        while True:
            announcement = await self._outgoing.get()
            try:
                await announce.send(self._layer, announcement)
                self._healthy = True
            except Exception as error:
                self._note_failure(error)
            finally:
                self._outgoing.task_done()

    def _note_failure(self, error: Exception) -> None:
        self.failures += 1
        if self._healthy:
            # Once, not for every announcement: the log must not fill while Redis is away.
            logger.warning(
                "The channel layer (%s) fails; other processes learn of changes within seconds. %r",
                self._alias,
                error,
            )
        self._healthy = False
