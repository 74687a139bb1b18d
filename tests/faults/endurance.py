"""A soak: one conversation after the other under more and more faults, each judged when it ends."""

import asyncio
import signal
import time
import traceback
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from random import Random

from tests.faults.checker import Broken, check, stored
from tests.faults.faults import FAMILIES, Blow, name_of, strike_together
from tests.faults.record import Story
from tests.faults.stage import Stage, open_doors, three_processes
from tests.faults.tally import Tally
from tests.faults.traffic import conversation
from tests.services.installation import running_installation

ROUND = 60.0  # seconds until a conversation takes no new blow: short enough to keep the whole record in memory


async def soak(*, minutes: float, seed: int, tell: Callable[[Tally], None]) -> Tally:
    """Run until the time is over, a signal asks for the end or a promise is broken, and tell what happened.

    `tell` gets what was counted after each round: whatever ends the soak itself, the rounds before are known.
    """
    tally = Tally(seed)
    until = time.monotonic() + minutes * 60
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    async with whole_stage(seed) as stage:
        while time.monotonic() < until and not stopping.is_set() and not tally.violations:
            tally.rounds += 1
            await go_a_round(stage, tally, min(until, time.monotonic() + ROUND), stopping)
            tell(tally)
    return tally


@asynccontextmanager
async def whole_stage(seed: int) -> AsyncIterator[Stage]:
    with running_installation() as (site, postgres, redis), three_processes(site, postgres, redis) as stage:
        stage.random = Random(seed)
        async with open_doors(stage):
            yield stage


async def go_a_round(stage: Stage, tally: Tally, until: float, stopping: asyncio.Event) -> None:
    try:
        story = await converse(stage, tally, until, stopping)
        tally.count(story)
        check(story, await asyncio.to_thread(stored, stage.site, list(story.clocks)))
    except Broken as broken:
        tally.violations = broken.violations
    except AssertionError as error:
        # Somebody was not answered, or not told.
        tally.violations = [str(error)]
    except Exception as error:
        # A fault that fails (several at once: a group) must not take the figures of the rounds before with it.
        tally.violations = ["".join(traceback.format_exception(error))]


async def converse(stage: Stage, tally: Tally, until: float, stopping: asyncio.Event) -> Story:
    """Blow after blow, each when everybody has recovered from the last one."""
    async with conversation(stage.site, stage.doors, pace=1.0, seed=stage.random.randrange(2**32)) as talk:
        await talk.settled()
        while time.monotonic() < until and not stopping.is_set():
            blow = next_blow(stage.random, tally.rounds)
            tally.faults.update(map(name_of, blow))
            await strike_together(stage, blow)
            await talk.settled()
        return await talk.finish()


def next_blow(random: Random, number: int) -> Blow:
    """In the first round one fault at a time, later up to three at once; of one family never two, which would
    undo each other."""
    families = random.sample(FAMILIES, random.randint(1, min(number, 3)))
    return tuple(random.choice(family) for family in families)
