import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext

from chat import announce, encoding
from chat.actions import rooms
from chat.actions.moderation import rulebook
from chat.actions.moderation.record import Actor
from chat.actions.moderation.removing_people import remove_from_room
from chat.actions.posting import Draft, Posted, post, post_many
from chat.errors import Refused
from chat.models import Attachment, Membership, Mention, Message, Room, Sanction, User
from tests.cast import add_room, draft
from tests.together import together

Capture = Callable[..., CaptureQueriesContext]


def test_a_batch_gives_dense_ticks_in_the_order_of_the_drafts(alice: User, bob: User, general: Room) -> None:
    other = add_room("Other", members={bob: "owner"})
    outcomes = post_many(
        [draft(bob, general, "1"), draft(bob, other, "2"), draft(alice, general, "3"), draft(bob, other, "4")]
    )
    assert [(one.room_id, one.tick) for one in outcomes if isinstance(one, Posted)] == [
        (general.pk, 3),
        (other.pk, 2),
        (general.pk, 4),
        (other.pk, 3),
    ]
    for room, clock in ((general, 4), (other, 3)):
        room.refresh_from_db()
        assert room.clock == clock


def test_a_refused_post_takes_no_tick_and_stops_nobody(
    alice: User, bob: User, charlie: User, general: Room
) -> None:
    outcomes = post_many(
        [
            draft(bob, general, "1"),
            draft(charlie, general, "2"),
            draft(bob, general, "3", ""),
            draft(alice, general, "4"),
        ]
    )
    codes = [one.code if isinstance(one, Refused) else one.tick for one in outcomes]
    assert codes == [3, "not_found", "invalid", 4]


def test_a_room_that_does_not_exist_is_not_found(bob: User) -> None:
    """A batch without a single room: an empty list is no SQL to PostgreSQL."""
    [outcome] = post_many([Draft(bob.pk, 2**40, "1", "text")])
    assert isinstance(outcome, Refused)
    assert outcome.code == "not_found"
    assert post_many([]) == []


def test_equal_refs_in_one_batch_are_one_post(bob: User, alice: User, general: Room) -> None:
    outcomes = post_many(
        [
            draft(bob, general, "r"),
            draft(bob, general, "r"),
            draft(bob, general, "r", "else"),
            draft(alice, general, "r", "else"),
        ]
    )
    assert isinstance(outcomes[0], Posted)
    assert isinstance(outcomes[1], Posted)
    assert (outcomes[1].message_id, outcomes[1].new) == (outcomes[0].message_id, False)
    assert isinstance(outcomes[2], Refused)
    assert outcomes[2].code == "conflict"
    assert Message.objects.count() == 2


def test_the_number_of_statements_does_not_grow(
    bob: User, general: Room, django_assert_max_num_queries: Capture, django_assert_num_queries: Capture
) -> None:
    # The rules that work alone are known to a process, and cost a batch nothing.
    rulebook.current()
    with django_assert_max_num_queries(14) as one:
        post_many([draft(bob, general, "r", "@alice hello")])
    with django_assert_num_queries(len(one)):
        post_many([draft(bob, general, f"r{number}", f"@alice {number}") for number in range(50)])
    assert Mention.objects.count() == 51


def test_limited_drafts_are_answered_if_they_are_stored(bob: User, general: Room) -> None:
    original = post(draft(bob, general, "r"))
    assert post(draft(bob, general, "r", limited=1.5)).message_id == original.message_id
    with pytest.raises(Refused) as refused:
        post(draft(bob, general, "new", limited=1.5))
    assert (refused.value.code, refused.value.retry_after) == ("rate_limited", 1.5)


def test_a_lifted_mute_is_none(bob: User, general: Room) -> None:
    mute = Sanction.objects.create(kind="mute", user=bob, room=general)
    with pytest.raises(Refused) as refused:
        post(draft(bob, general, "1"))
    assert refused.value.code == "muted"
    Sanction.objects.filter(pk=mute.pk).update(lifted=True)
    assert post(draft(bob, general, "1")).tick == 3


@pytest.mark.django_db(transaction=True)
def test_the_same_ref_from_two_processes_is_one_post(bob: User, general: Room) -> None:
    for number in range(10):
        first, second = together(*[lambda: post(draft(bob, general, f"r{number}"))] * 2)  # noqa: B023
        assert first.message_id == second.message_id
        assert sorted([first.new, second.new]) == [False, True]
    general.refresh_from_db()
    assert (general.clock, Message.objects.count()) == (12, 10)


@pytest.mark.django_db(transaction=True)
def test_nobody_posts_after_the_tick_of_their_removal(alice: User, bob: User, general: Room) -> None:
    for number in range(10):
        outcome, _ = together(
            lambda: post(draft(bob, general, f"r{number}")),  # noqa: B023
            lambda: remove_from_room(by=Actor(alice), room_id=general.pk, person_id=bob.pk),
        )
        row = Membership.objects.get(room=general, user=bob)
        assert row.left
        assert isinstance(outcome, Refused) or outcome.tick < row.changed
        general.refresh_from_db()
        taken = [row.changed, *([outcome.tick] if isinstance(outcome, Posted) else [])]
        assert general.clock == max(taken)
        rooms.admit(user=bob, room=general)


@pytest.mark.django_db(transaction=True)
def test_posts_of_many_threads_take_every_tick_once(alice: User, bob: User, general: Room) -> None:
    other = add_room("Other", members={alice: "owner", bob: "member"})

    def batch(user: User, first: Room, second: Room) -> Callable[[], Any]:
        return lambda: [
            post_many([draft(user, first, f"a{first.pk}{n}"), draft(user, second, f"b{second.pk}{n}")])
            for n in range(10)
        ]

    # Rooms are locked in the order of their ids, whatever the order of the drafts: no deadlock.
    results = together(batch(alice, general, other), batch(bob, other, general))
    assert not [result for result in results if isinstance(result, Exception)]
    for room in (general, other):
        ticks = list(Message.objects.filter(room=room).order_by("tick").values_list("tick", flat=True))
        assert ticks == list(range(3, 23))


@pytest.mark.parametrize("measure", ["locked", "announcements"])
def test_where_only_moderators_post_others_are_refused(
    alice: User, bob: User, general: Room, measure: str
) -> None:
    post(Draft(author_id=bob.pk, room_id=general.pk, ref="before", text="x"))
    Room.objects.filter(pk=general.pk).update(**{measure: True})
    with pytest.raises(Refused) as refusal:
        post(Draft(author_id=bob.pk, room_id=general.pk, ref="after", text="x"))
    assert refusal.value.code == "forbidden"
    post(Draft(author_id=alice.pk, room_id=general.pk, ref="owner", text="x"))


@pytest.mark.django_db(transaction=True)
def test_files_are_told_in_the_order_in_which_they_are_read_again(
    bob: User, general: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files that are sent side by side arrive in any order, and what is on screen must not change by a reload."""
    told: list[announce.Announcement] = []
    monkeypatch.setattr(announce, "_sink", told.append)
    files = [
        Attachment.objects.create(owner=bob, key=key, name=key, type="text/plain", size=1).pk for key in "abc"
    ]
    posted = post(Draft(bob.pk, general.pk, "files", "", attachments=(files[2], files[0], files[1])))
    [change] = told
    assert isinstance(change, announce.Changes)
    [live] = json.loads(b"[" + change.body + b"]")
    [read] = encoding.messages(Message.objects.filter(pk=posted.message_id).select_related("author", "reply_to"))
    assert [file["id"] for file in live["message"]["attachments"]] == files
    assert [file.id for file in read.attachments] == files
