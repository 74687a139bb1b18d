from typing import Any

import pytest
from django.utils import timezone

from chat.actions.moderation import rulebook
from chat.actions.moderation.flooding import TOO_FAST, TOO_OFTEN, silence
from chat.actions.moderation.muting import mute
from chat.actions.moderation.record import Actor
from chat.actions.posting import Draft, post_many
from chat.errors import Refused
from chat.models import Message, ModerationAction, Room, Sanction, Site, User
from tests.moderation.test_muting import HOUR
from tests.together import queued_for_a_room


def limit(**limits: Any) -> None:
    Site.objects.update_or_create(pk=1, defaults=limits)
    rulebook.forget()


def codes(user: User, room: Room, *texts: str, start: int = 0) -> list[str]:
    drafts = [Draft(user.pk, room.pk, f"r{start + number}", text) for number, text in enumerate(texts)]
    return [outcome.code if isinstance(outcome, Refused) else "ok" for outcome in post_many(drafts)]


def mutes() -> list[tuple[User, str]]:
    return [(row.user, row.reason) for row in Sanction.objects.active()]


@pytest.mark.parametrize("together", [True, False], ids=["one batch", "batches"])
def test_who_floods_is_muted_for_a_while(bob: User, general: Room, together: bool) -> None:
    limit(max_posts=3, flood_mute_minutes=10)
    texts = ["one", "two", "three", "four", "five"]
    if together:
        answers = codes(bob, general, *texts)
    else:
        answers = [code for number, text in enumerate(texts) for code in codes(bob, general, text, start=number)]
    assert answers == ["ok"] * 3 + ["muted"] * 2
    assert mutes() == [(bob, TOO_FAST)]
    act = ModerationAction.objects.get()
    assert (act.action, act.source, act.person, act.actor) == ("mute", "rule", bob, None)
    until = Sanction.objects.get().until
    assert until
    assert 590 < (until - timezone.now()).total_seconds() <= 600


def test_who_repeats_a_text_is_muted(bob: User, general: Room, backroom: Room) -> None:
    limit(max_duplicates=2)
    assert codes(bob, general, "Buy followers!", "Something else") == ["ok", "ok"]
    assert codes(bob, backroom, "BUY  fоllowers!", start=2) == ["ok"]
    assert codes(bob, general, "buy followers!", start=3) == ["muted"]
    assert mutes() == [(bob, TOO_OFTEN)]


def test_short_answers_may_be_repeated(bob: User, general: Room) -> None:
    limit(max_duplicates=1)
    assert codes(bob, general, *["yes"] * 5) == ["ok"] * 5


def test_retries_count_for_nothing(bob: User, general: Room) -> None:
    limit(max_posts=2, max_duplicates=1)
    for _ in range(5):
        assert codes(bob, general, "The same post") == ["ok"]
    assert codes(bob, general, "Another post", start=1) == ["ok"]
    assert not mutes()


def test_what_is_refused_counts_for_nothing(bob: User, general: Room) -> None:
    limit(max_posts=2, max_mentions=1)
    assert codes(bob, general, "@room", "@room", "@room") == ["forbidden"] * 3
    assert codes(bob, general, "one", "two", "three", start=3) == ["ok", "ok", "muted"]


def test_without_a_mute_the_post_alone_is_refused(bob: User, general: Room) -> None:
    limit(max_posts=2, max_duplicates=1, flood_mute_minutes=0)
    assert codes(bob, general, "again", "again", "else", "more") == ["ok", "forbidden", "ok", "rate_limited"]
    assert not mutes()
    assert Message.objects.count() == 2


def test_bots_may_repeat_themselves(bob: User, general: Room) -> None:
    User.objects.filter(pk=bob.pk).update(bot=True)
    limit(max_posts=1, max_duplicates=1)
    assert codes(bob, general, *["Build passed"] * 3) == ["ok"] * 3


def test_a_rule_does_not_shorten_a_moderators_mute(alice: User, bob: User, general: Room) -> None:
    mute(by=Actor(alice), person_id=bob.pk, duration=HOUR * 24, reason="A day off")
    silence({bob.pk: TOO_FAST}, minutes=10)
    assert mutes() == [(bob, "A day off")]


def test_a_mute_that_fails_costs_nobody_their_answer(
    alice: User, bob: User, general: Room, caplog: pytest.LogCaptureFixture
) -> None:
    silence({10**9: TOO_FAST, bob.pk: TOO_FAST}, minutes=10)
    assert mutes() == [(bob, TOO_FAST)]
    assert "could not mute" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_a_rule_and_a_moderator_who_mute_at_once_do_not_block_each_other(
    alice: User, bob: User, general: Room, caplog: pytest.LogCaptureFixture
) -> None:
    outcomes = queued_for_a_room(
        general,
        lambda: mute(by=Actor(alice), person_id=bob.pk, duration=HOUR * 24, reason="A day off"),
        lambda: silence({bob.pk: TOO_FAST}, minutes=10),
    )
    assert [type(outcome) for outcome in outcomes] == [Sanction, type(None)]
    assert "could not mute" not in caplog.text
    assert mutes() == [(bob, "A day off")]
