from datetime import timedelta

import pytest
from django.utils import timezone

from chat import announce, snapshots
from chat.actions import posting
from chat.actions.moderation.muting import mute, unmute
from chat.actions.moderation.record import RULE, Actor, Source
from chat.actions.posting import Draft
from chat.models import Membership, ModerationAction, Room, Sanction, User
from tests.cast import add_member, add_person, add_room
from tests.moderation.refusals import refusal_of
from tests.moderation.told import into
from tests.together import together

HOUR = timedelta(hours=1)


def post(user: User, room: Room, ref: str) -> posting.Posted:
    return posting.post(Draft(author_id=user.pk, room_id=room.pk, ref=ref, text="Hello"))


def muted_until(user: User, room: Room) -> str | None:
    seen = snapshots.room_of(user.pk, room.pk)
    assert seen
    return seen.muted_until


def test_a_mute_in_a_room_holds_there_alone(alice: User, bob: User, general: Room) -> None:
    other = add_room("Other", members={alice: "owner", bob: "member"})
    post(bob, general, "before")
    mute(by=Actor(alice), person_id=bob.pk, room_id=general.pk, duration=HOUR)
    assert refusal_of(lambda: post(bob, general, "muted")) == "muted"
    assert muted_until(bob, general)
    assert not muted_until(bob, other)
    post(bob, other, "elsewhere")
    unmute(by=Actor(alice), person_id=bob.pk, room_id=general.pk)
    post(bob, general, "after")
    assert not muted_until(bob, general)


def test_a_mute_of_the_site_holds_everywhere(alice: User, bob: User, general: Room, backroom: Room) -> None:
    mute(by=Actor(alice), person_id=bob.pk, duration=HOUR, reason="Everywhere the same")
    for room in (general, backroom):
        assert refusal_of(lambda: post(bob, room, f"in {room}")) == "muted"  # noqa: B023
        assert muted_until(bob, room)


def test_the_last_word_counts(alice: User, bob: User, general: Room) -> None:
    mute(by=Actor(alice), person_id=bob.pk, room_id=general.pk, duration=timedelta(days=3))
    row = mute(by=Actor(alice), person_id=bob.pk, room_id=general.pk, duration=HOUR, reason="Shorter")
    assert list(Sanction.objects.active()) == [row]
    assert row.until
    assert row.until - timezone.now() <= HOUR
    replaced = Sanction.objects.get(lifted=True)
    assert (replaced.lifted_by, replaced.lifted_at is not None) == (alice, True)


def test_mute_and_unmute_are_on_the_record(alice: User, bob: User, general: Room) -> None:
    by = Actor(alice, Source.API, "192.0.2.7")
    row = mute(by=by, person_id=bob.pk, room_id=general.pk, duration=HOUR, reason="Second advert today.")
    unmute(by=by, person_id=bob.pk, room_id=general.pk, reason="He said sorry.")
    unmute(by=by, person_id=bob.pk, room_id=general.pk)
    assert row.until
    state = {"until": row.until.isoformat(), "reason": "Second advert today."}
    assert [
        (act.action, act.actor, act.person, act.room, act.reason, act.before, act.after, act.source)
        for act in ModerationAction.objects.order_by("pk")
    ] == [
        ("mute", alice, bob, general, "Second advert today.", {}, state, "api"),
        ("unmute", alice, bob, general, "He said sorry.", state, {}, "api"),
    ]


@pytest.mark.parametrize("duration", [timedelta(minutes=9), timedelta(days=30, seconds=1), -HOUR])
def test_a_mute_lasts_from_ten_minutes_to_thirty_days(alice: User, bob: User, duration: timedelta) -> None:
    for fitting in (timedelta(minutes=10), timedelta(days=30)):
        mute(by=Actor(alice), person_id=bob.pk, duration=fitting, reason="Fits")
    assert refusal_of(lambda: mute(by=Actor(alice), person_id=bob.pk, duration=duration, reason="x")) == "invalid"


def test_a_mute_of_the_site_needs_a_reason(alice: User, bob: User) -> None:
    assert refusal_of(lambda: mute(by=Actor(alice), person_id=bob.pk, duration=HOUR)) == "invalid"
    assert not Sanction.objects.exists()


def test_only_moderators_mute_and_only_those_below_them(
    alice: User, bob: User, charlie: User, general: Room
) -> None:
    erin = add_person("erin")
    add_member(general, erin, "moderator")
    mute(by=Actor(erin), person_id=bob.pk, room_id=general.pk, duration=HOUR)

    def refused(by: User, person: User, room: Room | None = general) -> str:
        key = room.pk if room else None
        code = refusal_of(lambda: mute(by=Actor(by), person_id=person.pk, room_id=key, duration=HOUR, reason="x"))
        assert refusal_of(lambda: unmute(by=Actor(by), person_id=person.pk, room_id=key)) == code
        return code

    assert refused(bob, charlie) == "forbidden"
    assert refused(erin, alice) == "forbidden"
    assert refused(erin, erin) == "forbidden"
    assert refused(erin, bob, None) == "forbidden"
    assert refused(charlie, bob) == "forbidden"
    assert Sanction.objects.active().count() == 1
    assert ModerationAction.objects.count() == 1


def test_a_rule_mutes_members(bob: User, general: Room) -> None:
    mute(by=RULE, person_id=bob.pk, room_id=general.pk, duration=timedelta(minutes=10), reason="Flood")
    act = ModerationAction.objects.get()
    assert (act.actor, act.actor_name, act.source) == (None, "", "rule")


def test_nobody_and_nowhere_look_alike(alice: User, charlie: User, backroom: Room) -> None:
    for room_id in (backroom.pk, 10**9):
        assert (
            refusal_of(lambda: mute(by=Actor(charlie), person_id=alice.pk, room_id=room_id, duration=HOUR))  # noqa: B023
            == "not_found"
        )
    assert refusal_of(lambda: mute(by=Actor(alice), person_id=10**9, duration=HOUR, reason="x")) == "not_found"


@pytest.mark.django_db(transaction=True)
def test_the_persons_own_state_is_announced(
    alice: User, bob: User, general: Room, backroom: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[announce.Announcement] = []
    monkeypatch.setattr(announce, "_sink", into(told))
    clock = Room.objects.get(pk=general.pk).clock
    mute(by=Actor(alice), person_id=bob.pk, room_id=general.pk, duration=HOUR)
    unmute(by=Actor(alice), person_id=bob.pk, room_id=general.pk)
    mute(by=Actor(alice), person_id=bob.pk, duration=HOUR, reason="Everywhere")
    pairs = [sorted(item.pairs) for item in told if isinstance(item, announce.Personal) and item.pairs]
    here, there = (bob.pk, general.pk), (bob.pk, backroom.pk)
    assert pairs == [[here], [here], sorted([here, there])]
    assert len(told) == 6, "two mutes are told in words as well, and one of these is taken back"
    assert Room.objects.get(pk=general.pk).clock == clock


@pytest.mark.django_db(transaction=True)
def test_two_mutes_at_once_leave_one(alice: User, dora: User, bob: User, general: Room) -> None:
    for _ in range(5):
        outcomes = together(
            lambda: mute(by=Actor(alice), person_id=bob.pk, duration=HOUR, reason="One"),
            lambda: mute(by=Actor(dora), person_id=bob.pk, duration=2 * HOUR, reason="Other"),
        )
        assert [type(outcome) for outcome in outcomes] == [Sanction, Sanction]
        assert Sanction.objects.active().count() == 1
    assert Membership.objects.filter(user=bob, left=False).count() == 1
