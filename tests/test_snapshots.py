import re
from collections.abc import Callable

from django.test.utils import CaptureQueriesContext

from chat import snapshots, unread
from chat.actions.posting import Draft, post_many
from chat.models import Membership, Room, Sanction, User
from tests.cast import add_person, add_room


def test_rooms_of_many_people_cost_as_many_queries_as_of_one(
    alice: User,
    bob: User,
    general: Room,
    django_assert_max_num_queries: Callable[..., CaptureQueriesContext],
    django_assert_num_queries: Callable[..., CaptureQueriesContext],
) -> None:
    with django_assert_max_num_queries(5) as one:
        snapshots.rooms_of([alice.pk])
    people = [add_person(f"person{number}") for number in range(10)]
    for number in range(5):
        add_room(f"Room {number}", members=dict.fromkeys(people, "member"))
    with django_assert_num_queries(len(one)):
        given = snapshots.rooms_of([person.pk for person in people])
    assert {len(rooms) for rooms in given.values()} == {5}


def test_someone_without_rooms_has_none(charlie: User) -> None:
    assert snapshots.rooms_of([charlie.pk]) == {charlie.pk: []}


def test_a_room_that_was_left_is_not_given(bob: User, general: Room) -> None:
    assert snapshots.room_of(bob.pk, general.pk) is not None
    Membership.objects.filter(user=bob, room=general).update(left=True)
    assert snapshots.room_of(bob.pk, general.pk) is None
    assert snapshots.unread_counts([(bob.pk, general.pk)]) == {}


def test_pairs_are_not_mixed(alice: User, bob: User, general: Room, backroom: Room) -> None:
    pairs = [(alice.pk, general.pk), (bob.pk, backroom.pk)]
    assert snapshots.rooms_by_pair(pairs).keys() == set(pairs)


def test_counts_are_each_readers_own(alice: User, bob: User, general: Room) -> None:
    post_many([Draft(alice.pk, general.pk, str(n), text) for n, text in enumerate(["@bob", "@room", "x"])])
    post_many([Draft(bob.pk, general.pk, "mine", "@bob")])
    counts = snapshots.unread_counts([(alice.pk, general.pk), (bob.pk, general.pk)])
    assert counts[alice.pk, general.pk] == {"unread": 1, "mentions": 0}
    assert counts[bob.pk, general.pk] == {"unread": 3, "mentions": 2}


def test_the_later_end_of_two_mutes_is_told(bob: User, general: Room) -> None:
    Sanction.objects.create(kind="mute", user=bob, room=general, until="2100-01-01T00:00:00Z")
    Sanction.objects.create(kind="mute", user=bob, until="2101-01-01T00:00:00Z")
    room = snapshots.room_of(bob.pk, general.pk)
    assert room is not None
    assert room.muted_until == "2101-01-01T00:00:00.000Z"


def test_public_rooms_are_those_one_could_join(charlie: User, bob: User, general: Room, backroom: Room) -> None:
    assert [(room.id, room.role) for room in snapshots.public_rooms(charlie.pk)] == [(general.pk, None)]
    assert snapshots.public_rooms(bob.pk) == []


def test_counting_asks_for_the_order_that_only_the_index_has() -> None:
    """Without it PostgreSQL read a table of a million messages for each quiet room of each person: 0.3 s,
    not 10 µs. The plan itself depends on statistics that a test cannot have; `make bench` has such a table."""
    assert len(re.findall(r"ORDER BY [nx]\.tick LIMIT", unread.COUNTED)) == 3
