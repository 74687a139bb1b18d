"""What people said and were told, kept small enough for hours: the checker's evidence."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tests.ledger import Object

Reactions = tuple[tuple[str, tuple[int, ...]], ...]  # (emoji, user ids), sorted


class Change(NamedTuple):
    """One change as a reader was told it. Equal ones are one object in memory, however many readers there are.

    Attributes:
        live: it came as one of `events`: the row at exactly this tick. A `delta` says how a row is now.
        row: the message's id, or the user's of a member, or the room's.
    """

    live: bool
    room: int
    tick: int
    kind: str
    row: int
    born: int = 0
    author: int = 0
    ref: str = ""
    text: str = ""
    deleted: bool = False
    reactions: Reactions = ()


class Message(NamedTuple):
    """A stored message."""

    id: int
    room: int
    tick: int
    changed: int
    author: int
    ref: str
    text: str
    deleted: bool
    reactions: Reactions


class Member(NamedTuple):
    """A stored membership; of one who left, `changed` is the tick of the leaving."""

    room: int
    user: int
    left: bool
    changed: int


@dataclass
class Rows:
    """What the database holds of the rooms of a conversation.

    Attributes:
        clocks: each room's clock.
        rooms_changed: the tick at which each room's own row last changed.
    """

    messages: list[Message]
    members: list[Member]
    clocks: dict[int, int]
    rooms_changed: dict[int, int]

    @property
    def removals(self) -> dict[tuple[int, int], int]:
        """The tick of each removal, by (user, room)."""
        return {(member.user, member.room): member.changed for member in self.members if member.left}


@dataclass(slots=True, eq=False)
class Attempt:
    """One sending of a command over one connection.

    Attributes:
        sent: on the monotonic clock, in seconds, as is `answered`.
        result: of an `ok`.
        refusal: the code of an `error`.
    """

    sent: float
    answered: float = 0.0
    result: Object | None = None
    refusal: str = ""

    @property
    def unsettled(self) -> bool:
        """Nobody knows whether it took place, or whether it still will."""
        return self.result is None and self.refusal in ("", "unavailable")


@dataclass(slots=True, eq=False)
class Command:
    """A post (`message` is 0), an edit, a delete or a reaction, with everything that was answered to it."""

    author: int
    room: int
    ref: str
    kind: str
    text: str = ""
    message: int = 0
    emoji: str = ""
    on: bool = False
    attempts: list[Attempt] = field(default_factory=list)

    @property
    def wire(self) -> Object:
        """The fields of the command beside `type` and `ref`."""
        fields: dict[str, Object] = {
            "post": {"room": self.room, "text": self.text},
            "edit": {"message": self.message, "text": self.text},
            "delete": {"message": self.message},
            "react": {"message": self.message, "emoji": self.emoji, "on": self.on},
        }
        return fields[self.kind]

    @property
    def answers(self) -> Iterator[Attempt]:
        return (attempt for attempt in self.attempts if attempt.result is not None)

    @property
    def answer(self) -> Attempt | None:
        """The first sending that was acknowledged."""
        return next(self.answers, None)

    @property
    def tick(self) -> int:
        """The acknowledged tick, or 0."""
        answer = self.answer
        return int(answer.result["tick"]) if answer and answer.result else 0

    @property
    def made(self) -> int:
        """The acknowledged id of a post, or 0."""
        answer = self.answer
        return int(answer.result["id"]) if answer and answer.result else 0

    @property
    def unsettled(self) -> bool:
        return any(attempt.unsettled for attempt in self.attempts)

    @property
    def refused(self) -> bool:
        return any(attempt.refusal for attempt in self.attempts)


@dataclass(eq=False)
class Connection:
    """What came over one connection.

    Attributes:
        heard: every change in the order of arrival.
        cursors: how far each room was read in the end; a room that is gone keeps the cursor it had.
        broken: the promise of the contract that was found broken here.
        lost: the error that ended the connection, or kept it from coming about.
    """

    user: int
    door: str
    heard: list[Change] = field(default_factory=list)
    cursors: dict[int, int] = field(default_factory=dict)
    resets: list[int] = field(default_factory=list)
    broken: str = ""
    lost: str = ""
    close_code: int | None = None


@dataclass
class Story:
    """A whole conversation.

    Attributes:
        clocks: each room's clock before the first word; everybody reads from there.
        commands: each person's, in the order of their first sending.
        connections: each person's, in the order of time.
    """

    clocks: dict[int, int]
    commands: dict[int, list[Command]] = field(default_factory=dict)
    connections: dict[int, list[Connection]] = field(default_factory=dict)
    _changes: dict[Change, Change] = field(default_factory=dict)

    def share(self, change: Change) -> Change:
        """The one object in memory that stands for all that equal it."""
        return self._changes.setdefault(change, change)

    def all_commands(self, *kinds: str) -> Iterator[Command]:
        return (command for each in self.commands.values() for command in each if command.kind in kinds)

    def all_changes(self) -> Iterator[tuple[int, Change]]:
        """Everything anybody was told, with who was."""
        for user, connections in self.connections.items():
            for connection in connections:
                for change in connection.heard:
                    yield user, change


def change_of(room: int, change: Object, *, live: bool) -> Change:
    """The record of one object of `changes`."""
    tick: int = change["tick"]
    if message := change.get("message"):
        return Change(
            live,
            room,
            tick,
            "message",
            message["id"],
            message["tick"],
            message["author"]["id"],
            message["ref"],
            message.get("text", ""),
            message.get("deleted", False),
            reactions_of(message.get("reactions", ())),
        )
    if member := change.get("member"):
        return Change(live, room, tick, "member", member["user"]["id"], deleted=member.get("left", False))
    return Change(live, room, tick, "room", room)


def reactions_of(reactions: Any) -> Reactions:
    """From the wire's form."""
    return tuple(sorted((each["emoji"], tuple(sorted(each["users"]))) for each in reactions))
