"""A small chat server in memory, over real WebSockets and true to the contract where the checker looks."""

import asyncio
import copy
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Self

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from tests.faults.arrangements import Cast, Guest, rooms_of
from tests.faults.record import Member, Message, Rows, reactions_of
from tests.ledger import Object

ORIGIN = "http://fake.invalid"
HEARTBEAT = 1.0
LOST_ANSWER = 45  # every so many commands the connection is cut in place of the answer: so there are retries


@dataclass(eq=False)
class Place:
    """A room."""

    clock: int = 0
    messages: dict[int, Object] = field(default_factory=dict)
    members: dict[int, Object] = field(default_factory=dict)  # as their last changes


@dataclass(eq=False)
class Listener:
    """A connection that has said `hello`."""

    user: int
    rooms: set[int]
    socket: ServerConnection
    frames: "asyncio.Queue[str]" = field(default_factory=asyncio.Queue)

    def send(self, *items: Object) -> None:
        # At once, because the objects go on changing.
        self.frames.put_nowait(json.dumps(items))

    def cut(self) -> None:
        self.socket.transport.abort()


class HonestServer:
    """Keeps its promises; each subclass in `faulty` breaks one."""

    def __init__(self, people: int, rooms: int) -> None:
        self.rooms = {number + 1: Place() for number in range(rooms)}
        self.by_ref: dict[tuple[int, str], Object] = {}
        self.listeners: list[Listener] = []
        self.websocket_url = ""
        self._commands = 0
        self.last_message = 0
        guests = []
        for number in range(people):
            its_rooms = tuple(place + 1 for place in rooms_of(number, rooms))
            guests.append(Guest(number + 1, f"talker{number}", {"user": str(number + 1)}, its_rooms))
            for room in its_rooms:
                self._change_member(self.rooms[room], number + 1, left=False)
        self.cast = Cast(ORIGIN, guests, {room: place.clock for room, place in self.rooms.items()})

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Self]:
        """Listen on `websocket_url`."""
        async with serve(self._attend, "127.0.0.1", 0, subprotocols=None, compression=None) as server:
            self.websocket_url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
            yield self

    def rows(self) -> Rows:
        """What is stored."""
        messages = [
            Message(
                message["id"],
                message["room"],
                message["tick"],
                message["changed"],
                message["author"]["id"],
                message["ref"],
                message["text"],
                message["deleted"],
                reactions_of(message["reactions"]),
            )
            for place in self.rooms.values()
            for message in place.messages.values()
        ]
        members = [
            Member(room, user, change["member"]["left"], change["tick"])
            for room, place in self.rooms.items()
            for user, change in place.members.items()
        ]
        clocks = {room: place.clock for room, place in self.rooms.items()}
        return Rows(messages, members, clocks, dict.fromkeys(self.rooms, 0))

    def remove(self, user: int, room: int) -> None:
        """The person is told of their leaving, and of nothing after it."""
        self.tell_all(room, self._change_member(self.rooms[room], user, left=True))
        for listener in self.listeners:
            if listener.user == user and room in listener.rooms:
                self.send_away(listener, room)

    # What subclasses break

    def take(self, listener: Listener, command: Object) -> None:
        """Act on a command and answer it."""
        if command["type"] == "hello":
            self._greet(listener, command)
            return
        if command["type"] == "got":
            return
        answer = self._act(listener, command)
        self._commands += 1
        if self._commands % LOST_ANSWER == 0:
            listener.cut()
        elif isinstance(answer, str):
            listener.send({"type": "error", "ref": command["ref"], "code": answer})
        else:
            listener.send({"type": "ok", "ref": command["ref"], "result": answer})

    def send_away(self, listener: Listener, room: int) -> None:
        listener.rooms.discard(room)
        listener.send({"type": "gone", "room": room})

    def tell(self, listener: Listener, room: int, change: Object) -> None:
        """Deliver a change to one reader."""
        tick = change["tick"]
        listener.send({"type": "events", "room": room, "first": tick, "last": tick, "changes": [change]})

    def changes_since(self, room: int, since: int) -> list[Object]:
        place = self.rooms[room]
        changes = [{"tick": each["changed"], "message": each} for each in place.messages.values()]
        return sorted(
            (each for each in [*changes, *place.members.values()] if each["tick"] > since),
            key=lambda change: int(change["tick"]),
        )

    def post(self, listener: Listener, command: Object) -> Object:
        """Store a post, once."""
        known = self.by_ref.get((listener.user, command["ref"]))
        return known or self.store(listener.user, command)

    def store(self, user: int, command: Object) -> Object:
        room = command["room"]
        self.last_message += 1
        message = {
            "id": self.last_message,
            "room": room,
            "tick": self.rooms[room].clock + 1,
            "author": {"id": user},
            "ref": command["ref"],
            "text": command["text"],
            "deleted": False,
            "reactions": [],
        }
        self.rooms[room].messages[message["id"]] = message
        tick = self.save(message)
        result = {"id": message["id"], "tick": tick, "room": room}
        self.by_ref[user, command["ref"]] = result
        return result

    def reword(self, message: Object, text: str) -> None:
        message["text"] = text

    # The rest

    def save(self, message: Object) -> int:
        """Give a changed message its tick, and tell everyone."""
        place = self.rooms[message["room"]]
        place.clock += 1
        message["changed"] = place.clock
        self.tell_all(message["room"], {"tick": place.clock, "message": message})
        return place.clock

    def tell_all(self, room: int, change: Object) -> None:
        for listener in self.listeners:
            if room in listener.rooms:
                self.tell(listener, room, change)

    def _change_member(self, place: Place, user: int, *, left: bool) -> Object:
        place.clock += 1
        place.members[user] = {"tick": place.clock, "member": {"user": {"id": user}, "left": left}}
        return place.members[user]

    async def _attend(self, socket: ServerConnection) -> None:
        assert socket.request
        user = int(socket.request.headers["Cookie"].removeprefix("user="))
        rooms = {room for room, place in self.rooms.items() if not place.members.get(user, GONE)["member"]["left"]}
        listener = Listener(user, rooms, socket)
        sending = [asyncio.create_task(self._send(listener)), asyncio.create_task(self._beat(listener))]
        try:
            async for frame in socket:
                self.take(listener, json.loads(frame))
        except ConnectionClosed:
            pass
        finally:
            if listener in self.listeners:
                self.listeners.remove(listener)
            for task in sending:
                task.cancel()

    async def _send(self, listener: Listener) -> None:
        while True:
            await listener.socket.send(await listener.frames.get())

    async def _beat(self, listener: Listener) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT)
            if listener in self.listeners:
                clocks = {str(room): self.rooms[room].clock for room in listener.rooms}
                listener.send({"type": "heartbeat", "clocks": clocks})

    def _greet(self, listener: Listener, command: Object) -> None:
        rooms = [{"id": room, "clock": self.rooms[room].clock} for room in listener.rooms]
        listener.send({"type": "welcome", "heartbeat": HEARTBEAT, "window": 512 * 1024, "rooms": rooms})
        listener.send({"type": "ok", "ref": command["ref"], "result": {}})
        for name, since in command["cursors"].items():
            if (room := int(name)) in listener.rooms:
                place: Object = {"room": room, "since": since, "clock": self.rooms[room].clock}
                changes = self.changes_since(room, since)
                listener.send({"type": "delta", **place, "more": False, "reset": False, "changes": changes})
        self.listeners.append(listener)

    def _act(self, listener: Listener, command: Object) -> Any:
        """The result of a command, or the code of a refusal."""
        if command["type"] == "post":
            return self.post(listener, command) if command["room"] in listener.rooms else "not_found"
        found = (place.messages.get(command["message"]) for place in self.rooms.values())
        # A faulty server may have told of one that it has not.
        message = next((each for each in found if each), None)
        if message is None or message["room"] not in listener.rooms:
            return "not_found"
        before = copy.deepcopy(message)
        match command["type"]:
            case "edit" if not message["deleted"]:
                self.reword(message, command["text"])
            case "delete":
                message |= {"deleted": True, "text": "", "reactions": []}
            case "react" if not message["deleted"]:
                self._react(message, listener.user, command["emoji"], on=command["on"])
            case _:
                return "conflict"
        return {"tick": message["changed"] if message == before else self.save(message)}

    def _react(self, message: Object, user: int, emoji: str, *, on: bool) -> None:
        users = {each["emoji"]: set(each["users"]) for each in message["reactions"]}
        users.setdefault(emoji, set())
        users[emoji] = users[emoji] | {user} if on else users[emoji] - {user}
        message["reactions"] = [{"emoji": each, "users": sorted(who)} for each, who in users.items() if who]


GONE: Object = {"member": {"left": True}}
