from chat.actions import rooms
from chat.actions.moderation.record import Actor
from chat.actions.moderation.removing_people import remove_from_room
from chat.models import Membership, ModerationAction, Notice, Room, User
from tests.cast import add_member, add_person, add_room
from tests.moderation.refusals import refusal_of


def is_member(user: User, room: Room) -> bool:
    return Membership.objects.filter(user=user, room=room, left=False).exists()


def test_a_removal_is_told_and_on_the_record_and_no_ban(alice: User, bob: User, general: Room) -> None:
    assert is_member(bob, general)
    remove_from_room(by=Actor(alice), person_id=bob.pk, room_id=general.pk, reason="Off topic")
    assert not is_member(bob, general)
    act, notice = ModerationAction.objects.get(), Notice.objects.get()
    assert (act.action, act.person, act.room, act.reason, act.before) == (
        "remove", bob, general, "Off topic", {"role": "member"},
    )  # fmt: skip
    assert (notice.user, notice.kind, notice.action, notice.room, notice.text, notice.until) == (
        bob, "sanction", "remove", general, "Off topic", None,
    )  # fmt: skip
    rooms.join(user=bob, room_id=general.pk)
    assert is_member(bob, general)


def test_only_moderators_remove_and_only_those_below_them(
    alice: User, bob: User, charlie: User, dora: User, general: Room, backroom: Room
) -> None:
    erin = add_person("erin")
    add_member(general, erin, "moderator")

    def refused(by: User, person: User, room: Room) -> str:
        return refusal_of(lambda: remove_from_room(by=Actor(by), person_id=person.pk, room_id=room.pk))

    assert refused(bob, erin, general) == "forbidden"
    assert refused(erin, alice, general) == "forbidden"
    assert refused(erin, erin, general) == "forbidden"
    assert refused(erin, charlie, general) == "not_found"
    assert refused(dora, bob, backroom) == "not_found", "a private room that she is not in"
    assert not ModerationAction.objects.exclude(action="role").exists()
    remove_from_room(by=Actor(dora), person_id=erin.pk, room_id=general.pk)


def test_the_last_owner_of_a_room_stays(dora: User) -> None:
    erin = add_person("erin")
    room = add_room("Hers", members={erin: "owner"})

    def work() -> None:
        remove_from_room(by=Actor(dora), person_id=erin.pk, room_id=room.pk)

    assert refusal_of(work) == "conflict"
    assert not Notice.objects.exists()
    add_member(room, add_person("fred"), "owner")
    work()


def test_nobody_is_removed_from_a_direct_room(alice: User, bob: User) -> None:
    room, _new = rooms.create_room(by=alice, kind="direct", members=[bob.pk])
    assert refusal_of(lambda: remove_from_room(by=Actor(alice), person_id=bob.pk, room_id=room.pk)) == "forbidden"
