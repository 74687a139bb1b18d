import pytest

from chat import access
from chat.actions import rooms
from chat.actions.moderation.record import Actor
from chat.errors import Refused
from chat.models import Membership, Room, Sanction, User
from tests.together import together


def code_of(refused: pytest.ExceptionInfo[Refused]) -> str:
    return refused.value.code


def test_a_new_room_gives_each_first_member_a_tick(alice: User, bob: User) -> None:
    room, new = rooms.create_room(by=alice, kind="private", name="  Two   words ", members=[bob.pk])
    assert new
    room.refresh_from_db()
    assert (room.name, room.clock) == ("Two words", 2)
    rows = Membership.objects.filter(room=room).order_by("changed")
    assert [(row.user_id, row.role, row.changed, row.last_read) for row in rows] == [
        (alice.pk, "owner", 1, 2),
        (bob.pk, "member", 2, 2),
    ]


def test_a_set_of_people_has_one_direct_room(alice: User, bob: User) -> None:
    first, new = rooms.create_room(by=alice, kind="direct", members=[bob.pk])
    second, again = rooms.create_room(by=bob, kind="direct", members=[alice.pk, bob.pk])
    assert (first.pk, new, again) == (second.pk, True, False)


@pytest.mark.parametrize("name", ["", " ", "x" * 81, "a\x00b"])
def test_a_room_needs_a_name_that_fits(alice: User, name: str) -> None:
    with pytest.raises(Refused) as refused:
        rooms.create_room(by=alice, kind="public", name=name)
    assert code_of(refused) == "invalid"


def test_what_changes_nothing_takes_no_tick(alice: User, general: Room) -> None:
    assert rooms.change_room(by=Actor(alice), room_id=general.pk, topic="T").clock == 3
    assert rooms.change_room(by=Actor(alice), room_id=general.pk, topic="T").clock == 3


def test_strangers_cannot_tell_a_room_from_none(alice: User, charlie: User, backroom: Room) -> None:
    messages = []
    for room_id in (backroom.pk, 10**9):
        for work in (
            lambda: rooms.change_room(by=Actor(charlie), room_id=room_id, name="x"),  # noqa: B023
            lambda: rooms.leave(user=charlie, room_id=room_id),  # noqa: B023
            lambda: rooms.join(user=charlie, room_id=room_id),  # noqa: B023
            lambda: rooms.put_member(by=charlie, room_id=room_id, user_id=alice.pk),  # noqa: B023
            lambda: rooms.remove_member(by=charlie, room_id=room_id, user_id=alice.pk),  # noqa: B023
            lambda: access.membership(charlie.pk, room_id),  # noqa: B023
        ):
            with pytest.raises(Refused) as refused:
                work()
            messages.append((refused.value.code, refused.value.message, refused.value.retry_after))
    assert len(set(messages)) == 1
    assert messages[0][0] == "not_found"


def test_members_change_nothing(bob: User, alice: User, charlie: User, general: Room) -> None:
    for work in (
        lambda: rooms.change_room(by=Actor(bob), room_id=general.pk, name="x"),
        lambda: rooms.remove_member(by=bob, room_id=general.pk, user_id=alice.pk),
        lambda: rooms.put_member(by=bob, room_id=general.pk, user_id=charlie.pk, role="moderator"),
        lambda: rooms.put_member(by=bob, room_id=general.pk, user_id=bob.pk, role="owner"),
    ):
        with pytest.raises(Refused) as refused:
            work()
        assert code_of(refused) == "forbidden"
    assert rooms.put_member(by=bob, room_id=general.pk, user_id=charlie.pk).role == "member"


def test_the_last_owner_stays(alice: User, bob: User, general: Room) -> None:
    with pytest.raises(Refused) as refused:
        rooms.leave(user=alice, room_id=general.pk)
    assert code_of(refused) == "conflict"
    rooms.put_member(by=alice, room_id=general.pk, user_id=bob.pk, role="owner")
    rooms.leave(user=alice, room_id=general.pk)
    assert Membership.objects.get(room=general, user=alice).left


def test_who_is_banned_cannot_come_back(bob: User, general: Room) -> None:
    rooms.leave(user=bob, room_id=general.pk)
    Sanction.objects.create(kind="ban", user=bob, room=general)
    with pytest.raises(Refused) as refused:
        rooms.join(user=bob, room_id=general.pk)
    assert code_of(refused) == "forbidden"


@pytest.mark.django_db(transaction=True)
def test_two_owners_who_leave_at_once_leave_one_behind(alice: User, bob: User, general: Room) -> None:
    for _ in range(5):
        rooms.put_member(by=alice, room_id=general.pk, user_id=bob.pk, role="owner")
        outcomes = together(
            lambda: rooms.leave(user=alice, room_id=general.pk),
            lambda: rooms.leave(user=bob, room_id=general.pk),
        )
        assert [type(outcome) for outcome in outcomes if outcome] == [Refused]
        assert Membership.objects.filter(room=general, role="owner", left=False).count() == 1
        for user in (alice, bob):
            rooms.admit(user=user, room=general, role="owner")


@pytest.mark.django_db(transaction=True)
def test_two_roles_given_at_once_take_a_tick_each(alice: User, bob: User, general: Room) -> None:
    together(
        lambda: rooms.put_member(by=alice, room_id=general.pk, user_id=bob.pk, role="moderator"),
        lambda: rooms.put_member(by=alice, room_id=general.pk, user_id=bob.pk, role="owner"),
    )
    general.refresh_from_db()
    row = Membership.objects.get(room=general, user=bob)
    # As owner he is Alice's equal, so that the other change is refused if it comes second.
    assert (general.clock, row.changed, row.role) in ((4, 4, "owner"), (3, 3, "owner"))


@pytest.mark.django_db(transaction=True)
def test_the_same_direct_room_opened_at_once_is_one(alice: User, bob: User) -> None:
    (first, one), (second, other) = together(
        lambda: rooms.create_room(by=alice, kind="direct", members=[bob.pk]),
        lambda: rooms.create_room(by=bob, kind="direct", members=[alice.pk]),
    )
    assert first.pk == second.pk
    assert sorted([one, other]) == [False, True]
