"""What the transports make of a connection; that they work is shown over real servers in tests/contract."""

from collections.abc import Iterator
from typing import Any

import pytest

from chat.access import Identity
from chat.live.connection import Connection
from chat.live.engine import Engine
from chat.live.frame import Frame
from chat.models import User
from chat.protocol import WINDOW
from chat.transports.polling import _Waiter
from chat.transports.streaming import _Tape


@pytest.fixture
def engine() -> Iterator[Engine]:
    engine = Engine()
    yield engine
    engine.reads.close()
    engine.changes.close()


BOB = Identity(User(pk=1, username="bob"), "session")


@pytest.mark.parametrize(("kind", "sends"), [(Connection, True), (_Waiter, False)])
async def test_typing_and_presence_end_no_wait(engine: Engine, kind: type[Connection], sends: bool) -> None:
    sent: list[Any] = []

    connection = kind(engine.hub, BOB, send=sent.append, shut=sent.append)
    engine.hub.add(connection)
    connection.push(b'{"type":"typing"}')
    engine.hub.turn.flush()
    assert bool(sent) is sends
    connection.detach()


async def test_a_stream_is_over_when_its_window_is_sent(engine: Engine) -> None:
    tape = _Tape(engine, BOB)
    engine.hub.add(tape.connection)
    half = Frame(b'"%b"' % (b"x" * (WINDOW // 2)))
    tape._record(half)
    assert engine.hub.connections == {tape.connection}
    tape._record(half)
    assert engine.hub.connections == set()
    assert await tape.next() == await tape.next() == b"id: {}\ndata: [%b]\n\n" % half.inner
    assert await tape.next() is None


async def test_whoever_is_signed_out_gets_nothing_that_still_waits(engine: Engine) -> None:
    tape = _Tape(engine, BOB)
    engine.hub.add(tape.connection)
    tape._record(Frame(b"1"))
    assert await tape.next() == b"id: {}\ndata: [1]\n\n"
    tape._record(Frame(b"2"))
    tape.connection.close(4401)
    assert await tape.next() is None
