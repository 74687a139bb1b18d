import pytest

from chat import announce, protocol
from chat.live import connection as connections
from chat.live.hub import Hub
from tests.live.fakes import Wire, body, make_hub, settle


def tell(hub: Hub, first: int, last: int, size: int = 0) -> None:
    hub.receive(announce.Changes(7, first, last, body(first, last, size)))


async def with_full_window() -> tuple[Hub, Wire]:
    """Two of five changes of room 7 fit into it."""
    hub = make_hub()
    wire = Wire(hub, window=50_000)
    hub.follow(wire.connection, [(7, 0, None)])
    for tick in range(1, 6):
        tell(hub, tick, tick, 20_000)
        await settle()
    return hub, wire


async def test_what_comes_up_in_one_turn_leaves_as_one_frame() -> None:
    wire = Wire(make_hub())
    wire.connection.push(b'{"type":"a"}')
    wire.connection.push(b'{"type":"b"}')
    await settle()
    assert wire.frames == [[{"type": "a"}, {"type": "b"}]]


async def test_nothing_leaves_once_the_window_is_full() -> None:
    hub = make_hub()
    wire = Wire(hub)
    hub.follow(wire.connection, [(7, 0, None)])
    for tick in range(1, 51):
        tell(hub, tick, tick, 20_000)
        await settle()
    assert wire.bytes <= protocol.WINDOW
    assert 0 < len(wire.ticks()) < 50
    assert wire.connection in hub.stalled
    # What is told as received makes room for as much again, and no tick is skipped.
    while wire.ticks()[-1] < 50:
        before = wire.bytes
        wire.connection.got(wire.bytes)
        await settle()
        assert before < wire.bytes <= before + protocol.WINDOW
    assert wire.ticks() == list(range(1, 51))
    assert wire.connection not in hub.stalled


async def test_replies_wait_for_the_window_too() -> None:
    wire = Wire(make_hub(), window=1000)
    wire.connection.push(b'"%b"' % (b"x" * 990))
    wire.connection.waiting = 1
    await settle()
    wire.connection.push(b'{"type":"ok"}', reply=True)
    await settle()
    assert len(wire.frames) == 1
    assert wire.connection.waiting == 1
    wire.connection.got(wire.bytes)
    await settle()
    assert wire.frames[1] == [{"type": "ok"}]
    assert wire.connection.waiting == 0


async def test_a_total_beyond_what_was_sent_is_none() -> None:
    wire = Wire(make_hub(), window=1000)
    wire.connection.push(b'"%b"' % (b"x" * 990))
    await settle()
    wire.connection.push(b'"second"')
    await settle()
    for wrong in (wire.bytes + 1, 2**53 - 1, 0):
        wire.connection.got(wrong)
        await settle()
        assert len(wire.frames) == 1
    wire.connection.got(wire.bytes)
    await settle()
    assert len(wire.frames) == 2


async def test_a_heartbeat_that_fits_does_not_end_a_stall(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("chat.live.connection.time.monotonic", lambda: now)
    _, wire = await with_full_window()
    assert wire.connection.stalled_at == 1000.0
    now = 1010.0
    wire.connection.notify(protocol.Heartbeat(clocks={}))
    await settle()
    assert wire.objects[-1]["type"] == "heartbeat"
    assert wire.connection.stalled_at == 1000.0
    wire.connection.got(wire.bytes)
    await settle()
    assert wire.connection.stalled_at != 1000.0


async def test_an_object_larger_than_the_window_goes_into_an_empty_one() -> None:
    wire = Wire(make_hub(), window=1000)
    wire.connection.push(b'"small"')
    wire.connection.push(b'"%b"' % (b"x" * 5000))
    await settle()
    assert len(wire.frames) == 1
    wire.connection.got(wire.bytes)
    await settle()
    assert len(wire.objects) == 2


async def test_too_many_notices_for_a_full_window_close_with_4408() -> None:
    wire = Wire(make_hub(), window=10)
    for _ in range(connections.MAX_NOTICES + 2):
        wire.connection.push(b'"a notice"')
    assert wire.closed == [protocol.Close.TOO_SLOW]


async def test_a_closed_connection_sends_nothing_and_is_closed_once() -> None:
    hub = make_hub()
    wire = Wire(hub)
    hub.follow(wire.connection, [(7, 0, None)])
    wire.connection.close(4401)
    wire.connection.close(4403)
    tell(hub, 1, 1)
    wire.connection.push(b'"late"')
    await settle()
    assert (wire.closed, wire.frames) == ([4401], [])
    assert not hub.connections
    assert not hub.by_user
    assert not hub.feeds[7].readers


async def test_a_reader_that_was_replaced_says_nothing_more() -> None:
    """Removed and taken back while their window was full, people were told `gone` after the room itself."""
    hub, wire = await with_full_window()
    former = wire.connection.readers[7]
    hub.end_reading(former, 4)
    hub.follow(wire.connection, [(7, 5, None)])
    wire.connection.got(wire.bytes)
    hub.end_reading(former, 4)
    await settle()
    tell(hub, 6, 6)
    await settle()
    assert wire.ticks() == [1, 2, 6]
    assert not any(item["type"] == "gone" for item in wire.objects)
