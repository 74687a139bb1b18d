"""What a person wants to say next: everything the seed and what was heard so far decide."""

import random
from collections import deque
from collections.abc import Iterable
from uuid import uuid4

from tests.faults.arrangements import Guest
from tests.faults.record import Change, Command

EMOJI = ("👍", "🎉", "😄")
OWN = 20  # posts a person may still come back to
WORDS = ("the", "build", "is", "`green`", "again", "**thanks**", "to", "whoever", "found", "it")


class Wishes:
    """Mostly posts; some edits and deletes of the own, reactions to others', and repeats of what was answered."""

    def __init__(self, guest: Guest, dice: random.Random) -> None:
        self._guest = guest
        self._dice = dice
        # People of two conversations on one site may share an id and a seed, but never a ref.
        self._run = uuid4().hex[:8]
        self._said = 0
        self._own: deque[Command] = deque(maxlen=OWN)
        self._heard: dict[int, Iterable[Change]] = {}

    def hear(self, room: int, changes: Iterable[Change]) -> None:
        """What the room's readers saw last."""
        self._heard[room] = changes

    def forget(self, room: int) -> None:
        """Want nothing more in this room."""
        self._heard.pop(room, None)
        self._own = deque((post for post in self._own if post.room != room), maxlen=OWN)

    def done(self, command: Command) -> None:
        """It was acknowledged: a post can be edited now, and a deleted one no more."""
        if command.kind == "post":
            self._own.append(command)

    def next(self, rooms: list[int]) -> Command:
        """The next command, or one that was answered before, to be sent once more."""
        room = self._dice.choice(rooms)
        wish = self._dice.choices(("post", "edit", "delete", "react", "repeat"), (57, 14, 6, 18, 5))[0]
        self._said += 1
        ref = f"{self._guest.username}-{self._run}-{self._said}"
        text = " ".join([f"{ref}:", *self._dice.choices(WORDS, k=self._dice.randrange(1, 20))])
        if wish == "react" and (target := self._someone_elses(room)):
            return Command(
                self._guest.id,
                room,
                ref,
                "react",
                message=target.row,
                emoji=self._dice.choice(EMOJI),
                on=self._dice.random() < 0.7,
            )
        if wish in ("edit", "delete", "repeat") and self._own:
            post = self._dice.choice(self._own)
            if wish == "repeat":
                return post
            if wish == "delete":
                self._own.remove(post)
            words = text if wish == "edit" else ""
            return Command(self._guest.id, post.room, ref, wish, text=words, message=post.made)
        return Command(self._guest.id, room, ref, "post", text=text)

    def _someone_elses(self, room: int) -> Change | None:
        candidates = [
            change
            for change in self._heard.get(room, ())
            if change.author != self._guest.id and not change.deleted
        ]
        return self._dice.choice(candidates) if candidates else None
