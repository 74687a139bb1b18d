"""A client that writes down what it is told in a form that can be kept, and forgets the rest."""

import time
from collections import deque

from websockets.asyncio.client import ClientConnection

from tests.client import ChatClient
from tests.faults.record import Change, Connection, Story, change_of
from tests.ledger import ContractBroken, Ledger, Object, Reading

RECENT = 30  # messages of a room that a person may still react to


class Witness(ChatClient):
    """One connection. What it hears goes into `log`, and the contract is checked as everywhere.

    Attributes:
        heard_at: when the last object came, on the monotonic clock.
        heartbeat: seconds, as `welcome` said.
    """

    def __init__(self, socket: ClientConnection, log: Connection, story: Story) -> None:
        super().__init__(socket)
        self.ledger: NotingLedger = NotingLedger(log, story)
        self.heard_at = time.monotonic()
        self.heartbeat = 10.0

    async def _take(self, frame: str | bytes) -> None:
        try:
            await super()._take(frame)
        except ContractBroken as broken:
            self.ledger.log.broken = str(broken)
            raise

    def _file(self, item: Object) -> None:
        self.heard_at = time.monotonic()
        if item["type"] == "welcome":
            self.heartbeat = item["heartbeat"]
        # Whole objects of an hour would fill the memory; the log has what matters of the others.
        if item["type"] in ("welcome", "ok", "error"):
            super()._file(item)
            self.received.clear()


class NotingLedger(Ledger):
    """Checks the contract, and keeps records in place of the objects.

    Attributes:
        recent: the messages heard of last, by room, as they were then.
    """

    def __init__(self, log: Connection, story: Story) -> None:
        super().__init__()
        self.log = log
        self.story = story
        self.recent: dict[int, deque[Change]] = {}

    def _read(self, item: Object) -> None:
        super()._read(item)
        if item["type"] in ("events", "delta"):
            self.log.cursors[item["room"]] = self.rooms[item["room"]].cursor
            if item.get("reset"):
                self.log.resets.append(item["room"])

    def _apply(self, reading: Reading, item: Object) -> None:
        super()._apply(reading, item)
        room = item["room"]
        for change in item["changes"]:
            record = self.story.share(change_of(room, change, live=item["type"] == "events"))
            self.log.heard.append(record)
            if record.kind == "message":
                self.recent.setdefault(room, deque(maxlen=RECENT)).append(record)
        reading.changes.clear()
        reading.messages.clear()
        reading.members.clear()
