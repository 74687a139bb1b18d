import msgspec

from chat import protocol
from chat.live.feed import FRAME_BYTES, Feed, Piece, cut_changes
from tests.live.fakes import body


def decoded(feed: Feed, position: int) -> list[dict[str, object]]:
    frame, _ = feed.frame(position)
    items: list[dict[str, object]] = msgspec.json.decode(frame.json)
    return items


def feed_of(*pieces: tuple[int, int], size: int = 0) -> Feed:
    feed = Feed(7, pieces[0][0] - 1)
    for first, last in pieces:
        feed.append(Piece(first, last, body(first, last, size)))
    return feed


def test_pieces_become_one_object_with_every_tick_once() -> None:
    feed = feed_of((4, 5), (6, 6), (7, 9))
    [events] = decoded(feed, 3)
    assert (events["type"], events["room"], events["first"], events["last"]) == ("events", 7, 4, 9)
    assert [change["tick"] for change in events["changes"]] == [4, 5, 6, 7, 8, 9]  # type: ignore[attr-defined]
    assert (feed.last, feed.floor, feed.frame(3)[1]) == (9, 3, 9)


def test_a_cursor_inside_a_piece_gets_the_rest_of_it() -> None:
    [events] = decoded(feed_of((4, 9)), 6)
    assert (events["first"], events["last"], len(events["changes"])) == (7, 9, 3)  # type: ignore[arg-type]


def test_a_piece_that_overlaps_is_cut() -> None:
    feed = feed_of((4, 6))
    feed.append(Piece(5, 8, body(5, 8)))
    [events] = decoded(feed, 3)
    assert [change["tick"] for change in events["changes"]] == [4, 5, 6, 7, 8]  # type: ignore[attr-defined]


def test_readers_at_one_place_share_the_frame() -> None:
    feed = feed_of((4, 6))
    shared = feed.frame(3)[0]
    assert feed.frame(3)[0] is shared
    feed.append(Piece(7, 7, body(7, 7)))
    assert feed.frame(3)[0] is not shared


def test_objects_stay_below_64_kib_and_frames_below_their_limit() -> None:
    feed = feed_of(*((tick, tick) for tick in range(1, 60)), size=20_000)
    frame, position = feed.frame(0)
    items = msgspec.json.decode(frame.json)
    assert len(items) > 1
    assert all(len(msgspec.json.encode(item)) <= protocol.MAX_OBJECT for item in items)
    assert len(frame.json) <= FRAME_BYTES + 64 * 1024
    assert [item["first"] for item in items[1:]] == [item["last"] + 1 for item in items[:-1]]
    assert position == items[-1]["last"] < feed.last


def test_a_change_over_64_kib_is_alone_in_its_object() -> None:
    feed = feed_of((1, 1), (2, 2), (3, 3), size=70_000)
    assert [len(item["changes"]) for item in decoded(feed, 0)] == [1, 1]  # type: ignore[arg-type]


def test_what_was_read_from_the_database_is_a_delta_between_events() -> None:
    feed = feed_of((4, 5))
    feed.append(Piece(6, 9, body(9, 9), is_delta=True))
    feed.append(Piece(10, 10, body(10, 10)))
    kinds = [(item["type"], item.get("since", item.get("first"))) for item in decoded(feed, 3)]
    assert kinds == [("events", 4), ("delta", 5), ("events", 10)]


def test_the_ring_forgets_the_oldest_but_never_the_newest() -> None:
    feed = Feed(7, 0)
    feed.ring_limit = 2500
    for tick in range(1, 6):
        feed.append(Piece(tick, tick, body(tick, tick, 1000)))
    assert feed.floor == 3
    feed.append(Piece(6, 6, body(6, 6, 9000)))
    assert (feed.floor, feed.last) == (5, 6)


def test_a_jump_forgets_the_ring() -> None:
    feed = feed_of((4, 6))
    feed.jump(100)
    assert (feed.floor, feed.last) == (100, 100)


def test_build_stops_where_someones_reading_ends() -> None:
    feed = feed_of((4, 9))
    frame, position = feed.build(3, 6)
    [events] = msgspec.json.decode(frame.json)
    assert (events["first"], events["last"], position) == (4, 6, 6)


def test_changes_are_cut_on_both_sides() -> None:
    changes = tuple(body(tick, tick) for tick in range(1, 6))
    assert cut_changes(changes, 2, 4) == list(changes[2:4])
