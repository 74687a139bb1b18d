"""The wire contract from a reader's side: fed every frame of one connection, it notices each broken promise.

Pure, without sockets: `tests/client.py` puts a WebSocket around it, and the tests of other doors may feed it too.
"""

import json
from dataclasses import dataclass, field
from typing import Any

MAX_FRAME = 1024 * 1024
MAX_CHANGES = 64 * 1024
CHANGE_KINDS = {"message", "room", "member"}

Object = dict[str, Any]


class ContractBroken(AssertionError):
    """The server broke a promise of the wire contract."""


@dataclass
class Reading:
    """What a reader knows of one room."""

    cursor: int
    # Set while a `sync` (or the room's place in `hello`) waits for its last delta.
    asked_since: int | None = None
    changes: list[Object] = field(default_factory=list)
    messages: dict[int, Object] = field(default_factory=dict)
    members: dict[int, Object] = field(default_factory=dict)
    resets: int = 0


@dataclass
class Ledger:
    rooms: dict[int, Reading] = field(default_factory=dict)
    named_in_hello: dict[int, int] = field(default_factory=dict)
    open_refs: set[str] = field(default_factory=set)
    syncs: dict[str, tuple[int, int]] = field(default_factory=dict)
    welcomed: bool = False

    def note_command(self, command: Object) -> None:
        """What the client sends decides what it may receive."""
        if ref := command.get("ref"):
            self.open_refs.add(ref)
        match command:
            case {"type": "hello", "cursors": dict(cursors)}:
                self.named_in_hello = {int(room): tick for room, tick in cursors.items()}
            case {"type": "sync", "ref": ref, "room": int(room), "since": int(since)}:
                self.syncs[ref] = (room, since)

    def read_frame(self, frame: Any, size: int) -> None:
        """Check one frame of `size` bytes and take it in.

        Raises:
            ContractBroken: with what was promised and what came.
        """
        self._promise(isinstance(frame, list) and frame, "a frame is a list of objects", frame)
        self._promise(size <= MAX_FRAME, "a frame is at most 1 MiB", size)
        for item in frame:
            self._promise(
                isinstance(item, dict) and isinstance(item.get("type"), str), "objects have a type", item
            )
            self._read(item)

    def _read(self, item: Object) -> None:
        match item["type"]:
            case "ok" | "error":
                self._read_reply(item)
            case "welcome":
                self._read_welcome(item)
            case "events":
                self._read_events(item)
            case "delta":
                self._read_delta(item)
            case "room":
                room = item["room"]
                self.rooms.setdefault(room["id"], Reading(room["clock"]))
            case "gone":
                self.rooms.pop(item["room"], None)
            case "heartbeat":
                self._read_heartbeat(item)

    def _read_reply(self, item: Object) -> None:
        ref = item.get("ref")
        if ref is None:
            self._promise(item["type"] == "error", "only an error may lack a ref", item)
            return
        self._promise(ref in self.open_refs, "every command gets exactly one reply", item)
        self.open_refs.remove(ref)
        # The room restarts at the `ok`: what was under way before it goes on as it was.
        room, since = self.syncs.pop(ref, (None, None))
        if item["type"] == "ok" and room in self.rooms:
            self.rooms[room].asked_since = since

    def _read_welcome(self, item: Object) -> None:
        self._promise(not self.welcomed, "one welcome a connection", item)
        self.welcomed = True
        for room in item["rooms"]:
            asked = self.named_in_hello.get(room["id"])
            self.rooms[room["id"]] = Reading(room["clock"] if asked is None else asked, asked_since=asked)

    def _read_events(self, item: Object) -> None:
        reading = self._reading(item)
        self._promise(reading.asked_since is None, "no events of a room between sync and its last delta", item)
        self._promise(item["first"] == reading.cursor + 1, f"ticks go on after {reading.cursor}", item)
        ticks = [change["tick"] for change in item["changes"]]
        self._promise(ticks == list(range(item["first"], item["last"] + 1)), "every tick from first to last", item)
        self._promise(len(ticks) > 0, "events hold a change", item)
        self._apply(reading, item)
        reading.cursor = item["last"]

    def _read_delta(self, item: Object) -> None:
        reading = self._reading(item)
        expected = reading.cursor if reading.asked_since is None else reading.asked_since
        ticks = [change["tick"] for change in item["changes"]]
        if item["reset"]:
            reading.resets += 1
            reading.messages.clear()
            reading.members.clear()
        else:
            self._promise(item["since"] == expected, f"a delta continues at {expected}", item)
            self._promise(all(tick > item["since"] for tick in ticks), "a delta tells what is later", item)
        self._promise(ticks == sorted(set(ticks)), "changes in the order of their ticks", item)
        self._promise(not ticks or ticks[-1] <= item["clock"], "a delta speaks for its clock", item)
        self._promise(ticks or not item["more"], "a chunk with more to come holds a change", item)
        self._apply(reading, item)
        reading.cursor = ticks[-1] if item["more"] else item["clock"]
        if reading.asked_since is not None:
            reading.asked_since = reading.cursor if item["more"] else None

    def _read_heartbeat(self, item: Object) -> None:
        for room, clock in item["clocks"].items():
            reading = self.rooms.get(int(room))
            if reading and reading.asked_since is None:
                self._promise(clock <= reading.cursor, "a heartbeat is never ahead of what was sent", item)

    def _apply(self, reading: Reading, item: Object) -> None:
        changes = item["changes"]
        size = sum(
            len(json.dumps(change, ensure_ascii=False, separators=(",", ":")).encode()) for change in changes
        )
        self._promise(size <= MAX_CHANGES or len(changes) == 1, "cut at 64 KiB or one change", size)
        for change in changes:
            kind = self._kind(change)
            if kind == "message":
                message = change["message"]
                changed = message.get("changed", message["tick"])
                self._promise(changed == change["tick"], "a message changed at its change's tick", change)
                self._promise(message["room"] == item["room"], "a message of this room", change)
                reading.messages[message["id"]] = message
            elif kind == "member":
                reading.members[change["member"]["user"]["id"]] = change["member"]
        reading.changes += changes

    def _kind(self, change: Object) -> str:
        kinds = change.keys() - {"tick"}
        self._promise(len(kinds) == 1 and kinds <= CHANGE_KINDS, "a change is of one known kind", change)
        return next(iter(kinds))

    def _reading(self, item: Object) -> Reading:
        reading = self.rooms.get(item["room"])
        if reading is None:
            raise ContractBroken(f"nothing of a room that was not given: {item!r:.500}")
        return reading

    @staticmethod
    def _promise(kept: Any, promise: str, came: object) -> None:
        if not kept:
            raise ContractBroken(f"{promise}; came {came!r:.1000}")
