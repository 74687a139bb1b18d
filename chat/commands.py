"""What each command of the wire does: call an action or the engine, and answer with exactly one reply."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from django.db import DatabaseError, InterfaceError

from chat import access, limits, protocol, sync
from chat.actions import messages, reading
from chat.actions.posting import Draft, Outcome
from chat.errors import UNAVAILABLE, Refused, not_found
from chat.live.connection import Connection
from chat.live.engine import Engine

logger = logging.getLogger(__name__)

TYPING_EVERY = 3.0  # seconds


class Commands:
    """The commands of one connection. `address` tells where its person is, for the record of moderation."""

    def __init__(self, engine: Engine, connection: Connection, address: Callable[[], str]) -> None:
        self._engine = engine
        self._connection = connection
        self._address = address
        self._greeted: asyncio.Future[None] | None = None
        self._typed: dict[int, float] = {}

    @property
    def _user_id(self) -> int:
        return self._connection.identity.user_id

    def run(self, command: protocol.AnyCommand) -> None:
        """Start a command; its reply follows. Never waits, or a socket could post only once a commit."""
        if isinstance(command, protocol.Got):
            self._connection.got(command.bytes)
            return
        too_fast = limits.too_many_commands(self._user_id)
        if too_fast or self._connection.waiting >= protocol.MAX_WAITING:
            self._connection.close(protocol.Close.TOO_MANY)
            return
        self._connection.waiting += 1
        if isinstance(command, protocol.Ping):
            self._reply(command.ref, {})
        elif isinstance(command, protocol.Hello) == (self._greeted is not None):
            late = self._greeted is not None
            self._refuse(command.ref, Refused("invalid", "hello comes once." if late else "hello comes first."))
        elif isinstance(command, protocol.Post):
            self._post(command)
        elif isinstance(command, protocol.Read):
            marker = reading.Marker(self._user_id, command.room, command.tick)
            self._engine.writer.mark_read(marker).add_done_callback(partial(self._answer_with, command.ref))
        else:
            if isinstance(command, protocol.Hello):
                self._greeted = asyncio.get_running_loop().create_future()
            self._engine.hub.spawn(self._carry_out(command))

    def refuse(self, ref: str | None, refusal: Refused) -> None:
        """Answer a frame that was no command."""
        if limits.too_many_commands(self._user_id):
            self._connection.close(protocol.Close.TOO_MANY)
            return
        self._connection.waiting += 1
        self._refuse(ref, refusal)

    def end(self) -> None:
        """The connection is gone."""
        self._engine.presence.touch(self._user_id)

    def _post(self, command: protocol.Post) -> None:
        draft = Draft(
            author_id=self._user_id,
            room_id=command.room,
            ref=command.ref,
            text=command.text,
            reply_to=command.reply_to,
            attachments=tuple(command.attachments),
            limited=limits.too_many_posts(self._user_id),
        )
        self._engine.writer.post(draft).add_done_callback(partial(self._posted, command.ref))

    def _posted(self, ref: str, future: "asyncio.Future[Outcome]") -> None:
        outcome = future.result()
        if isinstance(outcome, Refused):
            self._refuse(ref, outcome)
        else:
            self._reply(ref, {"id": outcome.message_id, "tick": outcome.tick, "room": outcome.room_id})

    def _answer_with(self, ref: str, future: "asyncio.Future[dict[str, int] | Refused]") -> None:
        outcome = future.result()
        if isinstance(outcome, Refused):
            self._refuse(ref, outcome)
        else:
            self._reply(ref, outcome)

    async def _carry_out(self, command: protocol.AnyCommand) -> None:
        assert not isinstance(command, protocol.Got)
        try:
            handler: Callable[[Any], Awaitable[Any]] = getattr(self, f"_{command.__struct_config__.tag}")
            result = await handler(command)
        except Refused as refusal:
            self._refuse(command.ref, refusal)
        except (DatabaseError, InterfaceError) as error:
            logger.warning("A command could not be carried out: %s", error)
            self._refuse(command.ref, UNAVAILABLE)
        except Exception:
            logger.exception("A command failed.")
            self._refuse(command.ref, UNAVAILABLE)
        else:
            if result is not None:
                self._reply(command.ref, result)

    def _reply(self, ref: str, result: Any) -> None:
        self._connection.push(protocol.encode(protocol.Ok(ref=ref, result=result)), reply=True)

    def _refuse(self, ref: str | None, refusal: Refused) -> None:
        error = protocol.Error(ref=ref, code=refusal.code, message=refusal.message)
        if refusal.retry_after is not None:
            error.retry_after = refusal.retry_after
        self._connection.push(protocol.encode(error), reply=True)

    # One method for each command that takes its time, named after it. None: has replied itself.

    async def _hello(self, command: protocol.Hello) -> None:
        connection, greeted = self._connection, self._greeted
        assert greeted is not None
        try:
            cursors = _cursors(command.cursors)
            answer = await self._engine.greetings.answer(self._user_id)
        except BaseException:
            self._greeted = None
            raise
        finally:
            greeted.set_result(None)
        if connection.closed:
            return
        connection.greeted = True
        connection.notify(protocol.Welcome(user=answer.user, epoch=answer.epoch, rooms=answer.rooms))
        if answer.blocks:
            connection.blocks = answer.blocks
            connection.notify(protocol.Blocks(users=answer.blocks))
        self._reply(command.ref, {})
        self._engine.hub.follow(
            connection,
            [(room.id, room.clock, cursors.get(room.id)) for room in answer.rooms],
            reset=command.epoch is not None and command.epoch != answer.epoch,
        )
        self._engine.presence.greet(connection, [room.id for room in answer.rooms])
        self._engine.personal.catch_up(connection)
        self._engine.badges.greet(connection, answer.rooms)
        self._engine.begin_heartbeat(connection)

    async def _edit(self, command: protocol.Edit) -> dict[str, int]:
        return await self._change(messages.edit, message_id=command.message, text=command.text)

    async def _delete(self, command: protocol.Delete) -> dict[str, int]:
        return await self._change(messages.delete, message_id=command.message, address=self._address())

    async def _react(self, command: protocol.React) -> dict[str, int]:
        return await self._change(messages.react, message_id=command.message, emoji=command.emoji, on=command.on)

    async def _pin(self, command: protocol.Pin) -> dict[str, int]:
        return await self._change(messages.pin, message_id=command.message, on=command.on, address=self._address())

    async def _change(self, action: Callable[..., int], **fields: Any) -> dict[str, int]:
        return {"tick": await self._engine.changes.run(action, user_id=self._user_id, **fields)}

    async def _unread(self, command: protocol.Unread) -> dict[str, int]:
        return await self._engine.changes.run(
            reading.mark_unread,
            user_id=self._user_id,
            room_id=command.room,
            tick=command.tick,
        )

    async def _typing(self, command: protocol.Typing) -> dict[str, int]:
        await self._require_reader(command.room)
        now = time.monotonic()
        if now - self._typed.get(command.room, -TYPING_EVERY) >= TYPING_EVERY:
            self._typed[command.room] = now
            # A socket outlives a ban or a removal by seconds where the layer is away.
            await self._engine.reads.run(access.require_present, self._user_id, command.room)
            self._engine.typing(self._user_id, command.room)
        return {}

    async def _away(self, command: protocol.Away) -> dict[str, int]:
        self._connection.away = command.on
        self._engine.presence.touch(self._user_id)
        return {}

    async def _sync(self, command: protocol.Sync) -> None:
        await self._require_reader(command.room)
        # The reply first, the delta behind it.
        self._reply(command.ref, {})
        self._engine.hub.restart(self._connection.readers[command.room], command.since)

    async def _require_reader(self, room_id: int) -> None:
        if self._greeted is not None:
            await self._greeted
        reader = self._connection.readers.get(room_id)
        if reader is None or reader.end is not None:
            raise not_found()

    async def _history(self, command: protocol.HistoryPage) -> protocol.History:
        user = self._connection.identity.user

        def read() -> protocol.History:
            access.readable_room(user, command.room)
            return sync.history(
                command.room,
                before=command.before,
                after=command.after,
                around=command.around,
                limit=command.limit,
            )

        return await self._engine.reads.run(read)


def _cursors(given: dict[str | int, int]) -> dict[int, int]:
    try:
        return {int(room): tick for room, tick in given.items()}
    except ValueError:
        raise Refused("invalid", "Cursors are ticks by room id.") from None
