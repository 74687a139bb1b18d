import threading

import pytest
from django.test import Client

from chat import access, announce
from chat.actions import posting, rooms
from chat.actions.checks import Rules
from chat.actions.moderation.accounts import deactivate, reactivate, sign_out_everywhere
from chat.actions.moderation.muting import mute
from chat.actions.moderation.record import RULE, Actor
from chat.actions.posting import Draft
from chat.errors import Refused
from chat.models import Membership, Message, ModerationAction, Room, User
from tests.cast import PASSWORD, add_moderator, add_person, add_room, sign_in
from tests.moderation.refusals import refusal_of
from tests.moderation.test_muting import HOUR
from tests.together import together


def test_a_closed_account_is_shut_out_until_it_is_opened(
    client: Client, alice: User, bob: User, general: Room
) -> None:
    post = Draft(author_id=bob.pk, room_id=general.pk, ref="1", text="Hello")
    form = {"login": "bob", "password": PASSWORD}
    key = sign_in(bob)["sessionid"]
    posting.post(post)
    assert access.identity(key)
    for _ in range(2):
        deactivate(by=Actor(alice), person_id=bob.pk, reason="Left the company")
    assert access.identity(key) is None
    assert refusal_of(lambda: posting.post(post)) == "not_found"
    client.post("/accounts/login/", form)
    assert client.get("/api/rooms").status_code == 401
    for _ in range(2):
        reactivate(by=Actor(alice), person_id=bob.pk)
    assert access.identity(key) is None, "what was open before stays shut"
    client.post("/accounts/login/", form)
    assert client.get("/api/rooms").status_code == 200
    posting.post(post)
    acts = ModerationAction.objects.order_by("pk")
    assert [(act.action, act.person, act.reason) for act in acts] == [
        ("deactivate", bob, "Left the company"),
        ("reactivate", bob, ""),
    ]


def test_signed_out_by_a_moderator_one_may_sign_in_again(alice: User, bob: User) -> None:
    keys = [sign_in(bob)["sessionid"] for _ in range(2)]
    assert all(map(access.identity, keys))
    sign_out_everywhere(by=Actor(alice), person_id=bob.pk, reason="A phone was lost")
    assert not any(map(access.identity, keys))
    bob.refresh_from_db()
    assert access.identity(sign_in(bob)["sessionid"])
    act = ModerationAction.objects.get()
    assert (act.action, act.person, act.reason) == ("sign_out", bob, "A phone was lost")


def test_only_the_sites_moderators_and_only_on_those_below_them(
    alice: User, bob: User, charlie: User, dora: User, general: Room
) -> None:
    fred = add_person("fred", owner=True)

    def refused(by: Actor, person: User) -> set[str]:
        return {
            refusal_of(lambda: deactivate(by=by, person_id=person.pk, reason="x")),
            refusal_of(lambda: reactivate(by=by, person_id=person.pk)),
            refusal_of(lambda: sign_out_everywhere(by=by, person_id=person.pk)),
        }

    for by, person in (
        (Actor(bob), charlie), (Actor(dora), alice), (Actor(dora), dora), (Actor(alice), alice),
        (Actor(alice), fred), (RULE, dora),
    ):  # fmt: skip
        assert refused(by, person) == {"forbidden"}
    assert refusal_of(lambda: deactivate(by=Actor(dora), person_id=bob.pk, reason=" ")) == "invalid"
    assert refusal_of(lambda: deactivate(by=Actor(dora), person_id=10**9, reason="x")) == "not_found"
    deactivate(by=Actor(dora), person_id=bob.pk, reason="x")
    deactivate(by=Actor(alice), person_id=dora.pk, reason="x")


def test_a_room_whose_owner_is_closed_out_is_given_another(bob: User, dora: User) -> None:
    erin = add_person("erin")
    room = add_room("Hers", members={erin: "owner", bob: "member"})
    assert refusal_of(lambda: rooms.put_member(by=Actor(bob), room_id=room.pk, user_id=bob.pk, role="owner"))
    deactivate(by=Actor(dora), person_id=erin.pk, reason="x")
    assert Membership.objects.get(room=room, user=erin).role == "owner"
    rooms.put_member(by=Actor(dora), room_id=room.pk, user_id=bob.pk, role="owner")
    assert Membership.objects.get(room=room, user=bob).role == "owner"


@pytest.mark.django_db(transaction=True)
def test_closing_and_signing_out_are_announced(alice: User, bob: User, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[announce.Announcement] = []
    monkeypatch.setattr(announce, "_sink", told.append)
    sign_out_everywhere(by=Actor(alice), person_id=bob.pk)
    deactivate(by=Actor(alice), person_id=bob.pk, reason="x")
    assert told == [announce.Sessions([bob.pk])] * 2


@pytest.mark.django_db(transaction=True)
def test_two_owners_of_the_site_who_close_each_other_out_both_stay(alice: User) -> None:
    fred = add_person("fred", owner=True)
    outcomes = together(
        lambda: deactivate(by=Actor(alice), person_id=fred.pk, reason="x"),
        lambda: deactivate(by=Actor(fred), person_id=alice.pk, reason="x"),
    )
    assert [type(outcome) for outcome in outcomes] == [Refused, Refused]
    assert User.objects.filter(is_superuser=True, is_active=True).count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("measure", ["mute", "deactivate"])
def test_no_post_is_committed_after_a_measure_on_the_whole_site(
    alice: User, bob: User, general: Room, measure: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged, done = threading.Event(), threading.Event()
    require = Rules.require_may_post

    def require_and_dawdle(rules: Rules, draft: Draft) -> None:
        require(rules, draft)
        judged.set()
        # If the measure does not wait for this batch, it is through before; if it does, this passes in vain.
        done.wait(1)

    def act() -> int:
        judged.wait(60)
        if measure == "mute":
            mute(by=Actor(alice), person_id=bob.pk, duration=HOUR, reason="x")
        else:
            deactivate(by=Actor(alice), person_id=bob.pk, reason="x")
        stored = Message.objects.count()
        done.set()
        return stored

    monkeypatch.setattr(Rules, "require_may_post", require_and_dawdle)
    draft = Draft(author_id=bob.pk, room_id=general.pk, ref="1", text="Just in time")
    posted, stored = together(lambda: posting.post(draft), act)
    assert isinstance(posted, posting.Posted)
    assert stored == 1, "the post came first"
    draft.ref = "2"
    assert refusal_of(lambda: posting.post(draft)) == ("muted" if measure == "mute" else "not_found")


def test_no_moderator_opens_the_account_of_another(alice: User, bob: User, dora: User) -> None:
    erin = add_moderator("erin", owner=alice)
    for person in (bob, erin):
        deactivate(by=Actor(alice), person_id=person.pk, reason="Stolen")
    reactivate(by=Actor(dora), person_id=bob.pk)
    assert refusal_of(lambda: reactivate(by=Actor(dora), person_id=erin.pk)) == "forbidden"
    reactivate(by=Actor(alice), person_id=erin.pk)
    assert User.objects.get(pk=erin.pk).is_active
