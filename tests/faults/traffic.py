"""People who talk, mend, delete and react in several rooms, come back after every fault, and note everything."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from tests.faults.arrangements import Cast, gather
from tests.faults.record import Story
from tests.faults.talker import Door, Talker
from tests.services.site import Site

# Longer than any recovery: a conversation that has not settled after this long has lost something.
PATIENCE = 120.0
ROOMS = 4


class Conversation:
    """Made by `conversation`; the people talk until `finish`."""

    def __init__(self, cast: Cast, doors: Sequence[Door], pace: float, seed: int) -> None:
        self.story = Story(clocks=dict(cast.clocks))
        self.talkers = [
            Talker(person, cast.origin, doors, self.story, pace, random.Random(f"{seed} {number}"))
            for number, person in enumerate(cast.people)
        ]
        self.lives = [asyncio.create_task(talker.live()) for talker in self.talkers]

    @property
    def acknowledged(self) -> int:
        """How many posts were acknowledged so far."""
        return sum(talker.acknowledged for talker in self.talkers)

    async def settled(self) -> None:
        """Wait until everybody has got an answer to something that was said after this call.

        Raises:
            AssertionError: it took longer than `PATIENCE`; names who waits.
        """
        since = time.monotonic()

        def waiting() -> list[str]:
            return [str(talker) for talker in self.talkers if talker.rooms and talker.answered_since < since]

        await self._until_none(waiting, "an answer")

    async def finish(self) -> Story:
        """Let everybody end: say nothing new, get an answer to everything, read all that was acknowledged.

        Raises:
            AssertionError: it took longer than `PATIENCE`; names who lacks what.
        """
        for talker in self.talkers:
            talker.speaking = False
        await self._until_none(lambda: [str(each) for each in self.talkers if each.outbox], "an answer")
        last = dict.fromkeys(self.story.clocks, 0)
        for command in self.story.all_commands("post", "edit", "delete", "react"):
            last[command.room] = max(last[command.room], command.tick)

        def behind() -> list[str]:
            return [
                f"{talker}: room {room} at {talker.cursors[room]} of {last[room]}"
                for talker in self.talkers
                for room in talker.rooms
                if talker.cursors[room] < last[room]
            ]

        await self._until_none(behind, "the last acknowledged change")
        await self.leave()
        return self.story

    async def leave(self) -> None:
        """End, in whatever state; raises what went wrong with the people themselves."""
        for talker in self.talkers:
            talker.over.set()
        await asyncio.gather(*self.lives)

    async def abandon(self) -> None:
        """End at once, after a failure elsewhere."""
        for life in self.lives:
            life.cancel()
        await asyncio.gather(*self.lives, return_exceptions=True)

    async def _until_none(self, lacking: Callable[[], list[str]], what: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while lacks := lacking():
            for life in self.lives:
                if life.done():
                    life.result()
            assert time.monotonic() < deadline, f"waited {PATIENCE} s for {what}: {'; '.join(lacks):.3000}"
            await asyncio.sleep(0.05)


@asynccontextmanager
async def conversation(
    site: Site, doors: Sequence[Door], *, people: int = 50, pace: float = 2.0, seed: int = 1
) -> AsyncIterator[Conversation]:
    """`people` clients, spread over the doors and rooms, each in two rooms, saying `pace` things a second.

    They post, edit, delete and react, and repeat some posts that were answered; they come back by themselves,
    to any door, with their cursors, and send again under the same ref what was not answered. Who says what
    follows from `seed`. Leaving the block ends them, in whatever state they are; see `Conversation.finish`.
    """
    cast = await asyncio.to_thread(gather, site, people, ROOMS)
    async with talking(cast, doors, pace=pace, seed=seed) as talk:
        yield talk


@asynccontextmanager
async def talking(
    cast: Cast, doors: Sequence[Door], *, pace: float = 2.0, seed: int = 1
) -> AsyncIterator[Conversation]:
    """The same for people who exist already."""
    talk = Conversation(cast, doors, pace, seed)
    try:
        yield talk
        await talk.leave()
    finally:
        await talk.abandon()
