"""A short true story for the tests of the checker, with everything in it that people do."""

from collections.abc import Iterable

from tests.faults.record import Attempt, Change, Command, Connection, Member, Message, Rows, Story
from tests.ledger import Object

ROOM = 7
ALICE, BOB, CHARLIE = 1, 2, 3
THUMB = (("👍", (BOB,)),)


class Tale:
    """What a test spoils: the story, and the rows that are stored at its end.

    The members came at ticks 1 to 3; Charlie was removed at 8, and neither says nor hears a word after it.
    """

    def __init__(self) -> None:
        alice = [
            post(ALICE, "a", "one", Attempt(1, 2, made(11, 4)), Attempt(3, 4, made(11, 4))),
            Command(ALICE, ROOM, "c", "edit", "one!", 11, attempts=[Attempt(5, 6, {"tick": 6})]),
            # The first sending was lost with its connection, and had arrived.
            post(ALICE, "e", "three", Attempt(9), Attempt(10, 11, made(13, 9))),
            post(ALICE, "g", "four", Attempt(13, 14, made(14, 11))),
        ]
        bob = [
            post(BOB, "b", "two", Attempt(2, 4, made(12, 5))),
            Command(BOB, ROOM, "d", "react", "", 11, "👍", True, [Attempt(7, 8, {"tick": 7})]),
            Command(BOB, ROOM, "f", "delete", "", 12, attempts=[Attempt(11, 12, {"tick": 10})]),
        ]
        self.story = Story({ROOM: 3}, {ALICE: alice, BOB: bob, CHARLIE: []})
        for user, last in ((ALICE, 11), (BOB, 11), (CHARLIE, 8)):
            heard = [change for change in CHANGES if change.tick <= last]
            self.story.connections[user] = [Connection(user, "ws://door/", heard, {ROOM: last})]
        self.rows = Rows(
            [
                Message(11, ROOM, 4, 7, ALICE, "a", "one!", False, THUMB),
                Message(12, ROOM, 5, 10, BOB, "b", "", True, ()),
                Message(13, ROOM, 9, 9, ALICE, "e", "three", False, ()),
                Message(14, ROOM, 11, 11, ALICE, "g", "four", False, ()),
            ],
            [Member(ROOM, ALICE, False, 1), Member(ROOM, BOB, False, 2), Member(ROOM, CHARLIE, True, 8)],
            {ROOM: 11},
            {ROOM: 0},
        )

    def command(self, ref: str) -> Command:
        return next(each for commands in self.story.commands.values() for each in commands if each.ref == ref)

    def answer(self, ref: str, **result: int) -> None:
        """Have had other things in the answer."""
        answer = self.command(ref).attempts[-1]
        assert answer.result
        answer.result = answer.result | result

    def refuse(self, ref: str, code: str) -> None:
        """Have been refused at first."""
        self.command(ref).attempts.insert(0, Attempt(0, 0, refusal=code))

    def unanswer(self, ref: str) -> None:
        """Never have got an answer."""
        self.command(ref).attempts = [Attempt(attempt.sent) for attempt in self.command(ref).attempts]

    def store(self, message: int, **fields: object) -> None:
        """Have stored a message otherwise."""
        self.rows.messages = [
            row._replace(**fields) if row.id == message else row  # type: ignore[arg-type]
            for row in self.rows.messages
        ]

    def lose(self, message: int) -> None:
        """Not have stored it."""
        self.rows.messages = [row for row in self.rows.messages if row.id != message]

    def add(self, message: int, **fields: object) -> None:
        """Have stored one more, which is like message 14 but for these fields."""
        like = self.rows.messages[-1]._replace(id=message)
        self.rows.messages.append(like._replace(**fields))  # type: ignore[arg-type]

    def tell(self, user: int, tick: int, **fields: object) -> None:
        """Have told one person otherwise of the change at a tick."""
        connection = self.story.connections[user][0]
        connection.heard = [
            change._replace(**fields) if change.tick == tick else change  # type: ignore[arg-type]
            for change in connection.heard
        ]

    def hide(self, ticks: Iterable[int], *users: int) -> None:
        """Not have told these people of the changes at these ticks."""
        for user in users:
            connection = self.story.connections[user][0]
            connection.heard = [change for change in connection.heard if change.tick not in ticks]

    def break_the_contract(self) -> None:
        """Have sent Bob what a client notices at once."""
        self.story.connections[BOB][0].broken = "ticks go on after 4"

    def let_the_removed_talk(self) -> None:
        """Have stored what Charlie said after the removal."""
        self.story.commands[CHARLIE].append(post(CHARLIE, "h", "still here", Attempt(20)))
        self.add(15, author=CHARLIE, ref="h", text="still here", tick=12, changed=12)


def post(author: int, ref: str, text: str, *attempts: Attempt) -> Command:
    return Command(author, ROOM, ref, "post", text, attempts=list(attempts))


def made(message: int, tick: int) -> Object:
    return {"id": message, "tick": tick, "room": ROOM}


def said(tick: int, message: int, born: int, author: int, ref: str, text: str, deleted: bool = False) -> Change:
    return Change(True, ROOM, tick, "message", message, born, author, ref, text, deleted)


CHANGES = [
    said(4, 11, 4, ALICE, "a", "one"),
    said(5, 12, 5, BOB, "b", "two"),
    said(6, 11, 4, ALICE, "a", "one!"),
    said(7, 11, 4, ALICE, "a", "one!")._replace(reactions=THUMB),
    Change(True, ROOM, 8, "member", CHARLIE, deleted=True),
    said(9, 13, 9, ALICE, "e", "three"),
    said(10, 12, 5, BOB, "b", "", deleted=True),
    said(11, 14, 11, ALICE, "g", "four"),
]
