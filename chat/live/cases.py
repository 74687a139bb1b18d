"""The moderators' badge: how many reports wait, counted by each process for the moderators it holds.

One count at a time and hardly more than one a second, in three queries for all: a flood of reports costs no
more, and those who moderate nothing cost nothing. What was announced and lost is found by the count that is due
anyway.
"""

import time
from typing import TYPE_CHECKING

from chat import protocol, protocol_moderation
from chat.casework import counts
from chat.models import Membership

from .connection import notify_all

if TYPE_CHECKING:
    from .connection import Connection
    from .hub import Hub
    from .pools import Pool

GATHER = 1.0  # seconds after a count in which what comes up waits for the next second
REPEAT = 10.0  # seconds after which it is counted again in any case


class Badges:
    def __init__(self, hub: "Hub", reads: "Pool") -> None:
        self._hub = hub
        self._reads = reads
        self._shown: dict[int, int] = {}  # by moderator
        self._new: set[Connection] = set()  # of moderators, who were not told yet
        self._due = False
        self._counting = False
        self._counted_at = 0.0

    def greet(self, connection: "Connection", rooms: list[protocol.Room]) -> None:
        """Tell a connection that was just welcomed, if it is a moderator's."""
        user = connection.identity.user
        moderating = any(room.role != Membership.Role.MEMBER and room.kind != "direct" for room in rooms)
        if user.is_staff or user.is_superuser or moderating:
            self._new.add(connection)
            self.touch()

    def touch(self) -> None:
        """Something was reported or decided, or somebody became a moderator or is none any more."""
        self._due = True
        if time.monotonic() - self._counted_at >= GATHER:
            self._begin()

    def tick(self) -> None:
        """Once a second: count what gathered, and what has not been counted for long."""
        if self._due or (self._shown and time.monotonic() - self._counted_at >= REPEAT):
            self._begin()

    def _begin(self) -> None:
        if not self._counting:
            self._counting = True
            self._hub.spawn(self._count())

    async def _count(self) -> None:
        self._due = False
        new, self._new = self._new, set()
        try:
            self._show(await self._reads.run(counts.undecided), new)
        except BaseException:
            self._new |= new
            self._due = True
            raise
        finally:
            self._counted_at = time.monotonic()
            self._counting = False

    def _show(self, waiting: dict[int, int], new: "set[Connection]") -> None:
        here = {user_id: waiting.get(user_id, 0) for user_id in self._hub.by_user if user_id in waiting}
        # Who is in no count any more has nothing left, or moderates nothing any more.
        here |= {user_id: 0 for user_id in self._shown if user_id not in waiting and user_id in self._hub.by_user}
        here |= {connection.identity.user_id: waiting.get(connection.identity.user_id, 0) for connection in new}
        for user_id, number in here.items():
            changed = self._shown.get(user_id) != number
            told = [c for c in self._hub.by_user.get(user_id, ()) if c.greeted and (changed or c in new)]
            notify_all(told, protocol_moderation.Cases(open=number))
        self._shown = here
