import msgspec
import pytest

from chat import sync
from chat.actions import messages, rooms
from chat.actions.moderation.record import Actor
from chat.actions.moderation.removing_people import remove_from_room
from chat.actions.posting import Draft, post, post_many
from chat.errors import Refused
from chat.models import Room, User


def ticks(chunk: sync.Chunk) -> list[int]:
    return [change["tick"] for change in msgspec.json.decode(chunk.object)["changes"]]


def test_changes_tell_the_present_state_in_order(alice: User, bob: User, general: Room) -> None:
    first = post(Draft(bob.pk, general.pk, "1", "one"))
    post(Draft(bob.pk, general.pk, "2", "two"))
    messages.edit(user_id=bob.pk, message_id=first.message_id, text="uno")
    rooms.change_room(by=Actor(alice), room_id=general.pk, topic="T")
    rooms.put_member(by=Actor(alice), room_id=general.pk, user_id=bob.pk, role="moderator")
    chunk = sync.changes_since(general.pk, 0)
    # Alice joined at 1; Bob's joining at 2 and the first message at 3 have changed since.
    assert ticks(chunk) == [1, 4, 5, 6, 7]
    assert (chunk.until, chunk.clock, chunk.more) == (7, 7, False)
    assert chunk.members == ((1, alice.pk, False), (7, bob.pk, False))
    delta = msgspec.json.decode(chunk.object)
    assert delta["changes"][2]["message"]["text"] == "uno"
    assert delta["changes"][3]["room"]["topic"] == "T"


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
def test_chunks_follow_each_other_without_gap(alice: User, bob: User, general: Room, limit: int) -> None:
    post_many([Draft(bob.pk, general.pk, str(number), "x") for number in range(9)])
    rooms.change_room(by=Actor(alice), room_id=general.pk, topic="T")
    rooms.put_member(by=Actor(alice), room_id=general.pk, user_id=bob.pk, role="moderator")
    seen: list[int] = []
    since, more = 0, True
    while more:
        chunk = sync.changes_since(general.pk, since, limit=limit)
        # The room itself comes beside the rows that are counted.
        assert len(ticks(chunk)) <= limit + 1
        seen += ticks(chunk)
        assert chunk.until > since
        since, more = chunk.until, chunk.more
    assert seen == [1, *range(3, 14)]
    assert since == 13


def test_a_chunk_is_cut_at_64_kib(bob: User, general: Room) -> None:
    post_many([Draft(bob.pk, general.pk, str(number), "x" * 8000) for number in range(10)])
    chunk = sync.changes_since(general.pk, 2)
    assert len(chunk.object) <= 64 * 1024
    assert chunk.more
    assert chunk.until == ticks(chunk)[-1] < 12


def test_a_reset_tells_who_may_no_longer_read(
    alice: User, bob: User, general: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    post_many([Draft(bob.pk, general.pk, str(number), "x") for number in range(3)])
    remove_from_room(by=Actor(alice), room_id=general.pk, person_id=bob.pk)
    monkeypatch.setattr(sync, "RESET_AFTER", 2)
    too_far = sync.changes_since(general.pk, 2)
    assert (too_far.reset, too_far.members, ticks(too_far)) == (True, ((6, bob.pk, True),), [])
    assert sync.reset(general.pk, 2**53 - 1).members == ((1, alice.pk, False), (6, bob.pk, True))


@pytest.mark.parametrize(("since", "reset"), [(0, False), (2, False), (3, True), (2**53 - 1, True)])
def test_a_cursor_above_the_clock_is_reset(general: Room, since: int, reset: bool) -> None:
    chunk = sync.changes_since(general.pk, since)
    assert (chunk.reset, chunk.until) == (reset, 2)


def test_a_room_that_is_gone_is_not_found(db: None) -> None:
    with pytest.raises(Refused) as refused:
        sync.changes_since(10**9, 0)
    assert refused.value.code == "not_found"


def test_a_page_of_history_keeps_the_side_it_was_asked_from(bob: User, general: Room) -> None:
    post_many([Draft(bob.pk, general.pk, str(number), "x" * 8000) for number in range(60)])
    newest = sync.history(general.pk, limit=200)
    assert newest.messages[-1].tick == 62
    assert newest.more_before
    assert len(newest.messages) < 60
    oldest = sync.history(general.pk, after=2, limit=200)
    assert oldest.messages[0].tick == 3
    assert oldest.more_after
    middle = sync.history(general.pk, around=30, limit=200)
    assert 30 in [message.tick for message in middle.messages]
