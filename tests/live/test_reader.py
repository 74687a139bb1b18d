import msgspec

from chat import sync
from chat.live.feed import Feed, Piece
from chat.live.frame import Frame
from chat.live.reader import Reader, cut_chunk
from tests.live.fakes import Wire, body, make_hub


def reader(position: int, *, owed: bool = False) -> Reader:
    feed = Feed(7, 3)
    feed.append(Piece(4, 8, body(4, 8)))
    return Reader(Wire(make_hub()).connection, feed, position, owed=owed)


def chunk(since: int, until: int, *, more: bool = False) -> tuple[sync.Chunk, Frame]:
    found = sync.Chunk(
        room=7, object=b'{"type":"delta"}', since=since, until=until, clock=8, more=more, reset=False,
        members=(), changes=tuple(body(tick, tick) for tick in range(since + 1, until + 1)),
    )  # fmt: skip
    return found, Frame(found.object)


async def test_peeking_takes_nothing() -> None:
    one = reader(5)
    found = one.peek()
    assert found is not None
    assert (found[1], one.position) == (8, 5)
    one.take(found[1])
    assert one.peek() is None


async def test_what_is_behind_the_ring_needs_the_database() -> None:
    one = reader(2)
    assert one.peek() is None
    assert one.needs_database
    one.fetching = True
    assert not one.needs_database


async def test_what_is_owed_comes_before_any_event() -> None:
    one = reader(5, owed=True)
    assert one.peek() is None
    assert one.needs_database
    one.chunk = chunk(5, 7, more=True)
    found = one.peek()
    assert found is not None
    one.take(found[1])
    # More is owed: still no events.
    assert (one.position, one.owed, one.peek()) == (7, True, None)
    one.chunk = chunk(7, 8)
    one.take(8)
    assert not one.owed


async def test_nothing_is_read_past_the_end() -> None:
    one = reader(5)
    one.end = 6
    found = one.peek()
    assert found is not None
    [events] = msgspec.json.decode(found[0].json)
    assert (events["first"], events["last"]) == (6, 6)
    one.take(found[1])
    assert one.finished
    assert one.peek() is None
    assert not one.needs_database


def test_a_delta_cut_at_the_end_says_that_it_is_whole() -> None:
    found, _ = chunk(3, 8, more=True)
    cut, frame = cut_chunk(found, 5)
    [delta] = msgspec.json.decode(frame.json)
    assert (delta["clock"], delta["more"], [change["tick"] for change in delta["changes"]]) == (5, False, [4, 5])
    assert cut.until == 5
