import pytest

from chat.actions.posting import Draft, post_many
from chat.actions.reading import Marker, mark_read_many, mark_unread
from chat.errors import Refused
from chat.models import Membership, Room, User
from tests.together import together


@pytest.fixture
def read_up(alice: User, bob: User, general: Room) -> Room:
    """General with messages at the ticks 3 to 7, of which Bob has read none."""
    post_many([Draft(alice.pk, general.pk, str(number), "x") for number in range(5)])
    return general


def last_read(user: User, room: Room) -> int:
    return Membership.objects.get(user=user, room=room).last_read


def test_a_batch_moves_every_marker_as_far_as_it_says(
    alice: User, bob: User, charlie: User, read_up: Room, backroom: Room
) -> None:
    outcomes = mark_read_many(
        [
            Marker(bob.pk, read_up.pk, 4),
            Marker(bob.pk, read_up.pk, 3),
            Marker(alice.pk, read_up.pk, 2**53 - 1),
            Marker(bob.pk, backroom.pk, 0),
            Marker(charlie.pk, read_up.pk, 4),
            Marker(bob.pk, 10**9, 4),
        ]
    )
    assert outcomes[:4] == [
        {"unread": 3, "mentions": 0},
        {"unread": 3, "mentions": 0},
        {"unread": 0, "mentions": 0},
        {"unread": 0, "mentions": 0},
    ]
    foreign, missing = outcomes[4:]
    assert isinstance(foreign, Refused)
    assert isinstance(missing, Refused)
    assert foreign.args == missing.args
    assert (last_read(bob, read_up), last_read(alice, read_up)) == (4, 7)


def test_a_marker_takes_no_tick(bob: User, read_up: Room) -> None:
    mark_read_many([Marker(bob.pk, read_up.pk, 7)])
    read_up.refresh_from_db()
    assert read_up.clock == 7


def test_unread_moves_back_alone(bob: User, read_up: Room) -> None:
    mark_read_many([Marker(bob.pk, read_up.pk, 6)])
    assert mark_unread(user_id=bob.pk, room_id=read_up.pk, tick=5) == {"unread": 3, "mentions": 0}
    assert last_read(bob, read_up) == 4
    mark_unread(user_id=bob.pk, room_id=read_up.pk, tick=7)
    assert last_read(bob, read_up) == 4
    mark_unread(user_id=bob.pk, room_id=read_up.pk, tick=0)
    assert last_read(bob, read_up) == 0


@pytest.mark.django_db(transaction=True)
def test_markers_that_race_end_at_the_furthest(alice: User, bob: User, read_up: Room) -> None:
    for furthest in range(4, 8):
        together(
            *[
                lambda tick=tick: mark_read_many(
                    [Marker(bob.pk, read_up.pk, tick), Marker(alice.pk, read_up.pk, tick)]
                )
                for tick in (3, furthest, furthest - 1)
            ]
        )
        assert last_read(bob, read_up) == furthest
