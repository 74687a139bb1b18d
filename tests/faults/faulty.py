"""Servers that break one promise each, now and then, as real faults do."""

import asyncio
import copy

from tests.faults.honest import HonestServer, Listener
from tests.ledger import Object

HELD = 1.0  # seconds for which something may be kept back at most


class Faulty(HonestServer):
    """Does wrong on each occasion that is a multiple of `seldom`."""

    seldom = 50
    occasions = 0

    def now(self) -> bool:
        self.occasions += 1
        return self.occasions % self.seldom == 0


class Drops(Faulty):
    """One reader misses one event."""

    def tell(self, listener: Listener, room: int, change: Object) -> None:
        if not self.now():
            super().tell(listener, room, change)


class Doubles(Faulty):
    """One reader gets one event twice."""

    def tell(self, listener: Listener, room: int, change: Object) -> None:
        super().tell(listener, room, change)
        if self.now():
            super().tell(listener, room, change)


class Swaps(Faulty):
    """One reader gets two events in the wrong order."""

    held: tuple[Listener, int, Object] | None = None

    def tell(self, listener: Listener, room: int, change: Object) -> None:
        if self.held is None and self.now():
            self.held = (listener, room, copy.deepcopy(change))
            return
        super().tell(listener, room, change)
        if self.held and self.held[:2] == (listener, room):
            super().tell(*self.held)
            self.held = None


class Misnumbers(Swaps):
    """One reader gets two events in the wrong order, each under the other's tick: no gap betrays it."""

    def tell(self, listener: Listener, room: int, change: Object) -> None:
        if self.held and self.held[:2] == (listener, room):
            held, self.held = self.held[2], None
            for tick, told in ((held["tick"], change), (change["tick"], held)):
                HonestServer.tell(self, listener, room, at(tick, told))
        else:
            super().tell(listener, room, change)


def at(tick: int, change: Object) -> Object:
    changed = copy.deepcopy(change) | {"tick": tick}
    if "message" in changed:
        changed["message"]["changed"] = tick
    return changed


class Hides(Faulty):
    """Who comes back is not told of one change."""

    seldom = 2

    def changes_since(self, room: int, since: int) -> list[Object]:
        changes = super().changes_since(room, since)
        return changes[1:] if changes and self.now() else changes


class Forgets(Faulty):
    """Acknowledges before it stores, and dies in between; once, so that more is said after it."""

    seldom = 20

    def store(self, user: int, command: Object) -> Object:
        if not self.now() or self.occasions > self.seldom:
            return super().store(user, command)
        asyncio.get_running_loop().call_later(0.05, self.cut_all)
        room = command["room"]
        return {"id": self.last_message + 1, "tick": self.rooms[room].clock + 1, "room": room}

    def cut_all(self) -> None:
        for listener in self.listeners:
            listener.cut()


class Announces(Faulty):
    """Tells of a post before it stores it, and fails to."""

    seldom = 20

    def store(self, user: int, command: Object) -> Object:
        result = super().store(user, command)
        if self.now():
            del self.rooms[command["room"]].messages[result["id"]]
            del self.by_ref[user, command["ref"]]
            self.rooms[command["room"]].clock -= 1
            return super().store(user, command)
        return result


class StoresTwice(Faulty):
    """Does not know a ref again."""

    def post(self, listener: Listener, command: Object) -> Object:
        return self.store(listener.user, command)


class Reorders(Faulty):
    """Stores a person's post after the one they sent next."""

    seldom = 10

    held: tuple[Listener, Object] | None = None

    def take(self, listener: Listener, command: Object) -> None:
        if command["type"] == "post" and self.held is None and self.now():
            self.held = (listener, command)
            asyncio.get_running_loop().call_later(HELD, self.release)
            return
        super().take(listener, command)
        if self.held and command["type"] == "post":
            whose, held = self.held
            if whose is listener and held["room"] == command["room"]:
                self.release()

    def release(self) -> None:
        if self.held:
            held, self.held = self.held, None
            super().take(*held)


class ForgetsEdits(Faulty):
    """Acknowledges an edit and leaves the words as they were."""

    seldom = 5

    def reword(self, message: Object, text: str) -> None:
        if not self.now():
            super().reword(message, text)


class TellsTheRemoved(HonestServer):
    """Goes on telling those who were removed."""

    def send_away(self, listener: Listener, room: int) -> None:
        pass
