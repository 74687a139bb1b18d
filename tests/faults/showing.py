"""A conversation during which one fault after the other strikes, and is judged."""

from tests.faults.checker import check, stored
from tests.faults.faults import Blow, name_of, strike_together
from tests.faults.stage import Stage
from tests.faults.traffic import conversation

PACE = 0.7  # things a person says in a second: fifty people are never silent, and a small machine keeps up


async def go_through(stage: Stage, *blows: Blow) -> None:
    """Fifty people talk; each blow strikes in the middle of it; after each, everybody is acknowledged again.

    Raises:
        AssertionError: somebody was not, or the record of it all breaks a promise; names the faults.
    """
    async with conversation(stage.site, stage.doors, pace=PACE) as talk:
        await talk.settled()
        for blow in blows:
            try:
                await strike_together(stage, blow)
                await talk.settled()
            except BaseException as error:
                error.add_note(f"after {', '.join(map(name_of, blow))}")
                raise
        story = await talk.finish()
    check(story, stored(stage.site, list(story.clocks)))
