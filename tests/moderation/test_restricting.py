import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat import announce
from chat.actions.moderation import rulebook
from chat.actions.moderation.record import RULE, Actor
from chat.actions.moderation.restricting import SLOWEST, set_posting
from chat.actions.posting import Draft, post, post_many
from chat.errors import Refused
from chat.models import ModerationAction, Room, User
from tests.cast import add_member, add_person
from tests.moderation.refusals import refusal_of
from tests.moderation.told import into


def said(user: User, room: Room, ref: str) -> None:
    post(Draft(user.pk, room.pk, ref, "Hello"))


@pytest.mark.parametrize("measure", ["locked", "announcements"])
def test_where_only_moderators_post(alice: User, bob: User, dora: User, general: Room, measure: str) -> None:
    add_member(general, dora)
    set_posting(by=Actor(alice), room_id=general.pk, **{measure: True})
    assert refusal_of(lambda: said(bob, general, "1")) == "forbidden"
    for moderator in (alice, dora):
        said(moderator, general, "1")
    set_posting(by=Actor(alice), room_id=general.pk, **{measure: False})
    said(bob, general, "1")


def test_slow_mode_holds_for_members_alone(alice: User, bob: User, dora: User, general: Room) -> None:
    add_member(general, dora)
    set_posting(by=Actor(alice), room_id=general.pk, slow_mode=SLOWEST)
    for moderator in (alice, dora):
        for ref in ("1", "2"):
            said(moderator, general, ref)
    said(bob, general, "1")
    with pytest.raises(Refused) as refused:
        said(bob, general, "2")
    assert refused.value.code == "slow_mode"
    assert refused.value.retry_after
    assert SLOWEST - 60 < refused.value.retry_after <= SLOWEST
    set_posting(by=Actor(alice), room_id=general.pk, slow_mode=0)
    said(bob, general, "2")


def test_who_moderates_the_site_no_more_waits_like_others(alice: User, dora: User, general: Room) -> None:
    add_member(general, dora)
    set_posting(by=Actor(alice), room_id=general.pk, locked=True)
    said(dora, general, "1")
    dora.groups.clear()
    assert refusal_of(lambda: said(dora, general, "2")) == "forbidden"


def test_it_takes_one_tick_and_is_on_the_record(alice: User, general: Room) -> None:
    by = Actor(alice, "api", "192.0.2.7")
    for _ in range(2):
        room = set_posting(by=by, room_id=general.pk, locked=True, slow_mode=30, announcements=True)
        assert (room.clock, room.changed) == (3, 3)
    room = set_posting(by=by, room_id=general.pk, locked=False, slow_mode=0)
    assert (room.locked, room.slow_mode, room.announcements, room.clock) == (False, 0, True, 4)
    acts = ModerationAction.objects.order_by("pk")
    assert [(act.action, act.before, act.after) for act in acts] == [
        ("lock", {"locked": False}, {"locked": True}),
        ("slow_mode", {"slow_mode": 0}, {"slow_mode": 30}),
        ("announcements", {"announcements": False}, {"announcements": True}),
        ("unlock", {"locked": True}, {"locked": False}),
        ("slow_mode", {"slow_mode": 30}, {"slow_mode": 0}),
    ]
    assert {(act.actor, act.room, act.address) for act in acts} == {(alice, general, "192.0.2.7")}


@pytest.mark.parametrize("seconds", [-1, SLOWEST + 1])
def test_slow_mode_is_at_most_six_hours(alice: User, general: Room, seconds: int) -> None:
    set_posting(by=Actor(alice), room_id=general.pk, slow_mode=SLOWEST)
    assert refusal_of(lambda: set_posting(by=Actor(alice), room_id=general.pk, slow_mode=seconds)) == "invalid"
    assert Room.objects.get(pk=general.pk).slow_mode == SLOWEST


def test_only_moderators_restrict(
    alice: User, bob: User, charlie: User, dora: User, general: Room, backroom: Room
) -> None:
    erin = add_person("erin")
    add_member(general, erin, "moderator")

    def refused(by: User, room_id: int) -> str:
        return refusal_of(lambda: set_posting(by=Actor(by), room_id=room_id, locked=True))

    assert refused(bob, general.pk) == "forbidden"
    assert refused(charlie, general.pk) == "forbidden"
    assert refused(charlie, backroom.pk) == "not_found"
    assert refused(dora, backroom.pk) == "not_found"
    assert refused(alice, 10**9) == "not_found"
    direct = Room.objects.create(kind=Room.Kind.DIRECT)
    add_member(direct, alice)
    assert refused(alice, direct.pk) == "forbidden"
    assert not ModerationAction.objects.filter(action="lock").exists()
    for locked, by in enumerate([Actor(erin), Actor(dora), RULE]):
        set_posting(by=by, room_id=general.pk, locked=locked % 2 == 0)
    assert ModerationAction.objects.filter(action__in=["lock", "unlock"]).count() == 3


@pytest.mark.django_db(transaction=True)
def test_the_room_hears_of_it(alice: User, general: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[announce.Announcement] = []
    monkeypatch.setattr(announce, "_sink", into(told))
    set_posting(by=Actor(alice), room_id=general.pk, slow_mode=30)
    [change] = told
    assert isinstance(change, announce.Changes)
    assert (change.first, change.last) == (3, 3)
    assert b'"slow_mode":30' in change.body


def test_a_restricted_room_costs_one_query_for_all_who_may_be_exempt(
    alice: User, bob: User, dora: User, general: Room
) -> None:
    """And none where nobody of them posts, as in any other room."""
    add_member(general, dora)
    rulebook.current()
    number = iter(range(1000))

    def queries(authors: list[User]) -> int:
        drafts = [Draft(user.pk, general.pk, str(next(number)), "Hello") for user in authors]
        with CaptureQueriesContext(connection) as asked:
            post_many(drafts)
        return len(asked)

    plain = queries([bob])
    assert queries([alice, bob, dora]) == plain
    set_posting(by=Actor(alice), room_id=general.pk, announcements=True)
    # Nothing is stored of a batch that is refused.
    assert queries([bob]) < plain
    assert queries([alice, bob, dora]) == queries([dora] * 3) == plain + 1
