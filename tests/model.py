"""A client's state as the contract describes it, in as few lines as possible: what the real clients must equal."""

from dataclasses import dataclass, field
from typing import Any

Object = dict[str, Any]


@dataclass
class RoomModel:
    """One room: a cursor, and each row with the tick of the state that is held."""

    cursor: int
    loaded: bool = False
    messages: dict[int, Object] = field(default_factory=dict)
    members: dict[int, Object] = field(default_factory=dict)
    room: Object = field(default_factory=dict)
    ticks: dict[tuple[str, int], int] = field(default_factory=dict)

    def events(self, item: Object) -> bool:
        """False: there is a gap before it, and the client asks for `sync`."""
        if item["first"] > self.cursor + 1:
            return False
        self._apply(item["changes"])
        self.cursor = max(self.cursor, item["last"])
        return True

    def delta(self, item: Object) -> None:
        if item["reset"]:
            self.messages.clear()
            self.ticks.clear()
            self.loaded = False
            self.cursor = item["clock"]
            return
        self._apply(item["changes"])
        if item["since"] <= self.cursor:
            until = item["changes"][-1]["tick"] if item["more"] else item["clock"]
            self.cursor = max(self.cursor, until)

    def page(self, page: Object) -> None:
        """History says how each message is now, at the tick of its last change."""
        self.loaded = True
        for message in page["messages"]:
            self._take("message", message["id"], message.get("changed", message["tick"]), message)

    def _apply(self, changes: list[Object]) -> None:
        for change in changes:
            if "message" in change and self.loaded:
                self._take("message", change["message"]["id"], change["tick"], change["message"])
            elif "member" in change:
                self._take("member", change["member"]["user"]["id"], change["tick"], change["member"])
            elif "room" in change:
                self._take("room", 0, change["tick"], change["room"])

    def _take(self, kind: str, key: int, tick: int, row: Object) -> None:
        if tick <= self.ticks.get((kind, key), 0):
            return
        self.ticks[kind, key] = tick
        if kind == "message":
            self.messages[key] = row
        elif kind == "member":
            self.members[key] = row
        else:
            self.room = row

    @property
    def in_order(self) -> list[Object]:
        return sorted(self.messages.values(), key=lambda message: message["tick"])
