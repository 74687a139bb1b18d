"""Who is here: announced, never stored, without ticks.

Changes gather for a second, are encoded once a room and go to those who read the room, so that a thousand arrivals
are no million frames. Every process repeats whom it holds; a process that falls silent is forgotten.
"""

import time
from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING

from chat import announce, protocol

from .connection import notify_all
from .sockets import Sockets

if TYPE_CHECKING:
    from .connection import Connection
    from .hub import Hub

REPEAT = 20  # seconds between complete announcements
FORGET = 60  # seconds of silence after which a process holds nobody

# A person's best state over all connections counts.
_ORDER = {"offline": 0, "away": 1, "online": 2}
_Held = dict[int, tuple[str, list[int]]]


class Presence:
    def __init__(self, hub: "Hub", publish: Callable[[announce.Announcement], None]) -> None:
        self._hub = hub
        self._publish = publish
        self.sockets = Sockets(hub)
        self._touched: set[int] = set()  # people here whose state may have changed
        self._moved: set[int] = set()  # people anywhere whose state may have changed
        self._held: dict[str, _Held] = {announce.PROCESS: {}}
        self._heard: dict[str, float] = {}
        self._rooms: dict[int, dict[int, str]] = defaultdict(dict)
        self._shown: dict[int, tuple[str, frozenset[int]]] = {}
        self._complete: dict[int, bytes] = {}
        self._repeat_at = time.monotonic() + REPEAT

    def touch(self, user_id: int) -> None:
        """A connection of this person came, went, turned away or back, or reads other rooms."""
        self._touched.add(user_id)

    def greet(self, connection: "Connection", room_ids: list[int]) -> None:
        """Tell a connection who is in these rooms; its own arrival follows within the second."""
        for room_id in room_ids:
            encoded = self._complete.get(room_id)
            if encoded is None:
                event = protocol.Presence(room=room_id, states=dict(self._rooms.get(room_id, {})))
                encoded = self._complete[room_id] = protocol.encode(event)
            connection.push(encoded)
        self.touch(connection.identity.user_id)

    def receive(self, announced: announce.Present) -> None:
        self._heard[announced.process] = time.monotonic()
        self.sockets.hear(announced)
        held = self._held.setdefault(announced.process, {})
        if announced.complete:
            self._moved.update(held.keys() ^ announced.states.keys())
            held.clear()
        for user_id, (state, rooms) in announced.states.items():
            self._moved.add(user_id)
            if state == "offline":
                held.pop(user_id, None)
            else:
                held[user_id] = (state, rooms)

    def tick(self) -> None:
        """Once a second: announce what changed here, show what changed anywhere, close surplus sockets."""
        self._announce_own()
        now = time.monotonic()
        for process in [key for key, heard in self._heard.items() if now - heard > FORGET]:
            del self._heard[process]
            self.sockets.forget(process)
            self._moved.update(self._held.pop(process, {}))
        if self._moved:
            self._show()
        self.sockets.close_surplus()

    def leave(self) -> None:
        """This process ends: it holds nobody any more."""
        self._publish(announce.Present(announce.PROCESS, True, {}))

    def _announce_own(self) -> None:
        mine = self._held[announce.PROCESS]
        changed: _Held = {}
        for user_id in self._touched:
            state = self._own_state(user_id)
            if mine.get(user_id, ("offline", [])) != state:
                changed[user_id] = state
                if state[0] == "offline":
                    mine.pop(user_id, None)
                else:
                    mine[user_id] = state
        sockets = self.sockets.news(self._touched)
        self._touched.clear()
        self._moved.update(changed)
        if time.monotonic() >= self._repeat_at:
            self._repeat_at += REPEAT
            self._publish(announce.Present(announce.PROCESS, True, dict(mine), self.sockets.all()))
        elif changed or sockets:
            self._publish(announce.Present(announce.PROCESS, False, changed, sockets))

    def _own_state(self, user_id: int) -> tuple[str, list[int]]:
        connections = [c for c in self._hub.by_user.get(user_id, ()) if c.greeted]
        if not connections:
            return ("offline", [])
        rooms = sorted({room_id for connection in connections for room_id in connection.readers})
        return ("away" if all(connection.away for connection in connections) else "online", rooms)

    def _show(self) -> None:
        news: dict[int, dict[int, str]] = defaultdict(dict)
        for user_id in self._moved:
            before, rooms_before = self._shown.get(user_id, ("offline", frozenset()))
            state, rooms = self._combined(user_id)
            for room_id in rooms_before - rooms:
                self._rooms[room_id].pop(user_id, None)
                news[room_id][user_id] = "offline"
            for room_id in rooms if state != before else rooms - rooms_before:
                self._rooms[room_id][user_id] = state
                news[room_id][user_id] = state
            if state == "offline":
                self._shown.pop(user_id, None)
            else:
                self._shown[user_id] = (state, rooms)
        self._moved.clear()
        for room_id, states in news.items():
            self._complete.pop(room_id, None)
            if not self._rooms[room_id]:
                del self._rooms[room_id]
            if (feed := self._hub.feeds.get(room_id)) is not None:
                readers = [reader.connection for reader in feed.readers]
                notify_all(readers, protocol.Presence(room=room_id, states=states))

    def _combined(self, user_id: int) -> tuple[str, frozenset[int]]:
        best = "offline"
        rooms: set[int] = set()
        for held in self._held.values():
            if user_id in held:
                state, where = held[user_id]
                best = max(best, state, key=_ORDER.__getitem__)
                rooms.update(where)
        return best, frozenset(rooms)
