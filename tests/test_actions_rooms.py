import pytest

from chat import access
from chat.actions import invites, rooms
from chat.actions.moderation.banning import ban, unban
from chat.actions.moderation.record import Actor
from chat.actions.moderation.removing_people import remove_from_room
from chat.errors import Refused
from chat.models import Membership, ModerationAction, Room, Sanction, User
from tests.cast import add_member, add_person, add_room
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
            lambda: rooms.put_member(by=Actor(charlie), room_id=room_id, user_id=alice.pk),  # noqa: B023
            lambda: remove_from_room(by=Actor(charlie), room_id=room_id, person_id=alice.pk),  # noqa: B023
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
        lambda: remove_from_room(by=Actor(bob), room_id=general.pk, person_id=alice.pk),
        lambda: rooms.put_member(by=Actor(bob), room_id=general.pk, user_id=charlie.pk, role="moderator"),
        lambda: rooms.put_member(by=Actor(bob), room_id=general.pk, user_id=bob.pk, role="owner"),
    ):
        with pytest.raises(Refused) as refused:
            work()
        assert code_of(refused) == "forbidden"
    assert rooms.put_member(by=Actor(bob), room_id=general.pk, user_id=charlie.pk).role == "member"


def test_the_last_owner_stays(alice: User, bob: User, general: Room) -> None:
    with pytest.raises(Refused) as refused:
        rooms.leave(user=alice, room_id=general.pk)
    assert code_of(refused) == "conflict"
    rooms.put_member(by=Actor(alice), room_id=general.pk, user_id=bob.pk, role="owner")
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
        rooms.put_member(by=Actor(alice), room_id=general.pk, user_id=bob.pk, role="owner")
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
        lambda: rooms.put_member(by=Actor(alice), room_id=general.pk, user_id=bob.pk, role="moderator"),
        lambda: rooms.put_member(by=Actor(alice), room_id=general.pk, user_id=bob.pk, role="owner"),
    )
    general.refresh_from_db()
    row = Membership.objects.get(room=general, user=bob)
    assert (general.clock, row.changed) == (4, 4)


@pytest.mark.django_db(transaction=True)
def test_the_same_direct_room_opened_at_once_is_one(alice: User, bob: User) -> None:
    (first, one), (second, other) = together(
        lambda: rooms.create_room(by=alice, kind="direct", members=[bob.pk]),
        lambda: rooms.create_room(by=bob, kind="direct", members=[alice.pk]),
    )
    assert first.pk == second.pk
    assert sorted([one, other]) == [False, True]


def test_roles_are_given_by_rank(alice: User, bob: User, charlie: User, dora: User, general: Room) -> None:
    erin, fred = add_person("erin"), add_person("fred")
    add_member(general, erin, "owner")
    add_member(general, fred, "moderator")
    add_member(general, charlie)

    def give(by: User, person: User, role: str) -> str:
        try:
            return rooms.put_member(by=Actor(by), room_id=general.pk, user_id=person.pk, role=role).role
        except Refused as refusal:
            return refusal.code

    assert give(fred, charlie, "moderator") == "moderator"
    assert give(fred, charlie, "member") == "forbidden", "an equal"
    assert give(fred, bob, "owner") == "forbidden", "above one's own rank"
    assert give(fred, fred, "owner") == "forbidden"
    assert give(erin, bob, "owner") == "owner"
    assert give(erin, bob, "member") == "forbidden", "an equal"
    assert give(erin, alice, "moderator") == "forbidden", "an owner of the site"
    assert give(dora, bob, "member") == "member", "a moderator of the site, who is not in this public room"
    assert give(dora, dora, "owner") == "forbidden"
    assert give(erin, erin, "member") == "member"
    acts = ModerationAction.objects.filter(room=general).order_by("pk")
    assert [(act.actor, act.person, act.before, act.after) for act in acts] == [
        (fred, charlie, {"role": "member"}, {"role": "moderator"}),
        (erin, bob, {"role": "member"}, {"role": "owner"}),
        (dora, bob, {"role": "owner"}, {"role": "member"}),
        (erin, erin, {"role": "owner"}, {"role": "member"}),
    ]


@pytest.mark.django_db(transaction=True)
def test_two_owners_of_a_room_who_go_by_different_ways_at_once_leave_one(
    alice: User, bob: User, dora: User, general: Room
) -> None:
    erin = add_person("erin")
    for _ in range(5):
        room = add_room("Theirs", members={bob: "owner", erin: "owner"})
        outcomes = together(
            lambda: rooms.put_member(by=Actor(bob), room_id=room.pk, user_id=bob.pk, role="member"),  # noqa: B023
            lambda: remove_from_room(by=Actor(dora), room_id=room.pk, person_id=erin.pk),  # noqa: B023
            lambda: ban(by=Actor(alice), room_id=room.pk, person_id=bob.pk, reason="x"),  # noqa: B023
        )
        assert any(isinstance(outcome, Refused) for outcome in outcomes)
        assert Membership.objects.filter(room=room, role="owner", left=False).count() == 1


@pytest.mark.django_db(transaction=True)
def test_who_follows_an_invite_at_the_moment_of_the_ban_is_out(alice: User, charlie: User, general: Room) -> None:
    invite = invites.create_invite(by=alice, room=general)
    for _ in range(5):
        together(
            lambda: ban(by=Actor(alice), person_id=charlie.pk, room_id=general.pk, reason="x"),
            lambda: invites.accept_invite(user=charlie, invite=invite),
        )
        assert not Membership.objects.filter(room=general, user=charlie, left=False).exists()
        unban(by=Actor(alice), person_id=charlie.pk, room_id=general.pk)
