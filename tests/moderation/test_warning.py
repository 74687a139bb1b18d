from chat.actions import rooms
from chat.actions.moderation.record import RULE, Actor
from chat.actions.moderation.warning import warn
from chat.models import ModerationAction, Notice, Room, User
from tests.cast import add_member, add_person
from tests.moderation.refusals import refusal_of


def test_a_warning_is_a_notice_and_on_the_record(alice: User, bob: User, general: Room) -> None:
    warn(by=Actor(alice, "api", "192.0.2.7"), person_id=bob.pk, room_id=general.pk, reason=" No \n adverts ")
    notice = Notice.objects.get()
    assert (notice.user, notice.kind, notice.text, notice.room, notice.by, notice.by_shown) == (
        bob, "warning", "No adverts", general, alice, False,
    )  # fmt: skip
    act = ModerationAction.objects.get()
    assert (act.action, act.person, act.room, act.reason, act.address) == (
        "warn", bob, general, "No adverts", "192.0.2.7",
    )  # fmt: skip


def test_only_moderators_warn_and_only_those_below_them(
    alice: User, bob: User, charlie: User, dora: User, general: Room
) -> None:
    erin = add_person("erin")
    add_member(general, erin, "moderator")

    def refused(by: Actor, person: User, room: Room | None, reason: str = "x") -> str:
        key = room.pk if room else None
        return refusal_of(lambda: warn(by=by, person_id=person.pk, room_id=key, reason=reason))

    assert refused(Actor(bob), erin, general) == "forbidden"
    assert refused(Actor(erin), bob, None) == "forbidden"
    assert refused(Actor(erin), alice, general) == "forbidden"
    assert refused(Actor(erin), erin, general) == "forbidden"
    assert refused(Actor(dora), alice, None) == "forbidden"
    assert refused(RULE, erin, general) == "forbidden"
    assert refused(Actor(erin), bob, general, " ") == "invalid"
    assert refusal_of(lambda: warn(by=Actor(dora), person_id=10**9, reason="x")) == "not_found"
    assert refusal_of(lambda: warn(by=Actor(dora), person_id=bob.pk, room_id=10**9, reason="x")) == "not_found"
    assert not Notice.objects.exists()
    warn(by=Actor(erin), person_id=bob.pk, room_id=general.pk, reason="x")
    warn(by=Actor(dora), person_id=erin.pk, reason="x", signed=True)


def test_a_rooms_moderators_write_to_no_strangers(bob: User, charlie: User, general: Room) -> None:
    erin = add_person("erin")
    add_member(general, erin, "moderator")

    def work(person: User) -> None:
        warn(by=Actor(erin), person_id=person.pk, room_id=general.pk, reason="x")

    rooms.leave(user=bob, room_id=general.pk)
    work(bob)
    assert refusal_of(lambda: work(charlie)) == "not_found"
