"""The answer to `hello`, for all who say it at once: a storm of reconnects asks the same questions."""

import asyncio
from typing import TYPE_CHECKING, NamedTuple

from chat import encoding, protocol, snapshots
from chat.models import Site, User

if TYPE_CHECKING:
    from .pools import Pool

MAX_TOGETHER = 100  # people answered by one read


class Answer(NamedTuple):
    user: protocol.User
    rooms: list[protocol.Room]
    blocks: list[int]
    epoch: str


class Greetings:
    def __init__(self, reads: "Pool") -> None:
        self._reads = reads
        self._waiting: dict[int, asyncio.Future[Answer]] = {}
        self._running = False

    async def answer(self, user_id: int) -> Answer:
        """The person, their rooms, whom they block and the site's epoch, read after this call.

        Raises what the database raises.
        """
        future = self._waiting.get(user_id)
        if future is None:
            future = self._waiting[user_id] = asyncio.get_running_loop().create_future()
            if not self._running:
                self._running = True
                self._task = asyncio.get_running_loop().create_task(self._run())
        return await asyncio.shield(future)

    async def _run(self) -> None:
        try:
            while self._waiting:
                some = dict(list(self._waiting.items())[:MAX_TOGETHER])
                for user_id in some:
                    del self._waiting[user_id]
                try:
                    answers = await self._reads.run(_read, list(some))
                except Exception as error:
                    for future in some.values():
                        future.set_exception(error)
                        future.exception()  # whoever asked may be gone: nobody else need hear of it
                    continue
                for user_id, future in some.items():
                    future.set_result(answers[user_id])
        finally:
            self._running = False


def _read(user_ids: list[int]) -> dict[int, Answer]:
    rooms, blocks, epoch = snapshots.rooms_of(user_ids), snapshots.blocked_by(user_ids), Site.load().epoch
    people = User.objects.filter(pk__in=user_ids)
    return {row.pk: Answer(encoding.user(row), rooms[row.pk], blocks[row.pk], epoch) for row in people}
