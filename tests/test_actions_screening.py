"""What rules that work alone do to posts and edits."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chat import encoding, protocol
from chat.actions import messages, rooms
from chat.actions.moderation import rulebook
from chat.actions.posting import Draft, post, post_many
from chat.errors import Refused
from chat.models import Case, Mention, Message, ModerationAction, Removal, Room, Site, User, WordRule
from tests.cast import add_member, add_person
from tests.moderation.refusals import refusal_of


def said(by: User, room: Room, text: str, **fields: Any) -> Message:
    ref = fields.pop("ref", f"{timezone.now().timestamp()}")
    posted = post(Draft(by.pk, room.pk, ref, text, **fields))
    return Message.objects.select_related("author", "reply_to__author").get(pk=posted.message_id)


def rule(pattern: str, mode: str, room: Room | None = None) -> WordRule:
    row = WordRule.objects.create(pattern=pattern, mode=mode, room=room)
    rulebook.forget()
    return row


def limit(**limits: Any) -> None:
    Site.objects.update_or_create(pk=1, defaults=limits)
    rulebook.forget()


def hits() -> list[tuple[Any, ...]]:
    rows = ModerationAction.objects.filter(action="rule_hit").order_by("pk")
    return [(row.person, row.room, row.message_id, row.source, row.after) for row in rows]


def test_a_word_that_is_blocked_is_refused_and_on_the_record(bob: User, general: Room) -> None:
    said(bob, general, "Buy viagra")
    row = rule("viagra", "block")
    for _ in range(3):
        with pytest.raises(Refused) as refused:
            said(bob, general, "Buy v\u200bі**agra**")
        assert refused.value.code == "forbidden"
        assert "viagra" not in refused.value.message
    said(bob, general, "Buy something else")
    after = {"mode": "block", "rule": row.pk, "pattern": "viagra"}
    assert hits() == [(bob, general, None, "rule", after)], "once a minute is enough"
    assert Message.objects.count() == 2


def test_a_refused_draft_stops_nobody_elses(alice: User, bob: User, general: Room) -> None:
    erin = add_person("erin")
    add_member(general, erin)
    rule("spam", "block")
    drafts = [Draft(bob.pk, general.pk, "1", "spam"), Draft(erin.pk, general.pk, "1", "Hello")]
    refused, stored = post_many(drafts)
    assert isinstance(refused, Refused)
    assert not isinstance(stored, Refused)
    assert stored.tick == Room.objects.get(pk=general.pk).clock


def test_a_retry_of_what_was_stored_before_the_rule_is_answered(bob: User, general: Room) -> None:
    first = said(bob, general, "spam", ref="r")
    rule("spam", "block")
    assert said(bob, general, "spam", ref="r") == first


def test_a_message_that_is_hidden_never_shows_its_words(bob: User, general: Room) -> None:
    row = rule("casino", "hide")
    message = said(bob, general, "@alice come to the casino")
    [seen] = encoding.messages([message])
    assert (seen.deleted, seen.text, seen.html) == (True, "", "")
    removal = Removal.objects.get(message=message)
    assert removal.text == "@alice come to the casino"
    assert "casino" in removal.html
    assert removal.mentions == [User.objects.get(username="alice").pk]
    assert removal.by is None
    assert not Mention.objects.exists()
    case = Case.objects.get()
    assert (case.message, case.room, case.hidden, case.state) == (message, general, True, "open")
    after = {"mode": "hide", "rule": row.pk, "pattern": "casino"}
    assert hits() == [(bob, general, message.pk, "rule", after)]
    assert said(bob, general, "@alice come to the casino", ref=message.ref) == message, "a retry"


def test_what_is_announced_of_a_hidden_message_is_a_tombstone(
    bob: User, general: Room, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chat import announce

    told: list[Any] = []
    monkeypatch.setattr(announce, "_sink", told.append)
    rule("casino", "hide")
    with django_capture_on_commit_callbacks(execute=True):
        said(bob, general, "To the casino")
    [change] = [item for item in told if isinstance(item, announce.Changes)]
    assert b"casino" not in change.body


def test_a_message_that_is_flagged_is_there_and_has_a_case(bob: User, general: Room) -> None:
    rule("idiot", "flag")
    message = said(bob, general, "You idiot")
    assert message.text == "You idiot"
    case = Case.objects.get()
    assert (case.message, case.room, case.hidden) == (message, general, False)
    assert not Removal.objects.exists()


def test_the_strictest_rule_counts(bob: User, general: Room) -> None:
    rule("one", "flag")
    rule("two", "hide")
    assert not said(bob, general, "one").deleted
    assert said(bob, general, "one two").deleted
    rule("three", "block")
    assert refusal_of(lambda: said(bob, general, "one two three")) == "forbidden"


def test_a_rule_of_a_room_holds_there_alone(alice: User, bob: User, general: Room, backroom: Room) -> None:
    rule("secret", "block", general)
    said(bob, backroom, "secret")
    assert refusal_of(lambda: said(bob, general, "secret")) == "forbidden"


def test_a_rule_that_is_not_active_holds_nowhere(bob: User, general: Room) -> None:
    row = rule("spam", "block")
    assert refusal_of(lambda: said(bob, general, "spam")) == "forbidden"
    WordRule.objects.filter(pk=row.pk).update(active=False)
    rulebook.forget()
    said(bob, general, "spam")


def test_moderators_are_exempt(alice: User, bob: User, dora: User, general: Room) -> None:
    erin = add_person("erin")
    add_member(general, erin, "moderator")
    add_member(general, dora)
    rule("spam", "block")
    limit(max_mentions=1, max_posts=1, max_duplicates=1)
    assert refusal_of(lambda: said(bob, general, "spam")) == "forbidden"
    for who in (alice, dora, erin):
        for _ in range(2):
            said(who, general, "spam for @room")


def test_what_is_imported_is_exempt(bob: User, general: Room) -> None:
    rule("spam", "block")
    limit(max_posts=1)
    for _ in range(2):
        said(bob, general, "spam", sent_at=timezone.now() - timedelta(days=300))


def test_in_direct_rooms_rules_refuse_and_show_nothing_to_anybody(alice: User, bob: User, charlie: User) -> None:
    room, _new = rooms.create_room(by=bob, kind="direct", members=[charlie.pk])
    rule("spam", "block")
    rule("casino", "hide")
    rule("idiot", "flag")
    assert refusal_of(lambda: said(bob, room, "spam")) == "forbidden"
    assert not said(bob, room, "idiot in a casino").deleted
    assert not Case.objects.exists()


def test_an_edit_may_not_say_what_a_post_may_not(alice: User, bob: User, general: Room) -> None:
    message = said(bob, general, "Hello")
    rule("spam", "block")
    messages.edit(user_id=bob.pk, message_id=message.pk, text="Hello again")
    with pytest.raises(Refused) as refused:
        messages.edit(user_id=bob.pk, message_id=message.pk, text="spam")
    assert refused.value.code == "forbidden"
    message.refresh_from_db()
    assert message.text == "Hello again"
    assert len(hits()) == 1


def test_an_edit_is_hidden_with_its_new_words(alice: User, bob: User, general: Room) -> None:
    message = said(bob, general, "Hello @alice")
    Case.objects.create(message=message, room=general)
    rule("casino", "hide")
    messages.edit(user_id=bob.pk, message_id=message.pk, text="casino, @alice")
    message.refresh_from_db()
    assert (message.deleted, message.text, message.html) == (True, "", "")
    removal = Removal.objects.get(message=message)
    assert (removal.text, removal.mentions) == ("casino, @alice", [alice.pk])
    assert not Mention.objects.exists()
    assert Case.objects.get().hidden, "the case that was open goes on"


def test_an_edit_is_flagged_once(bob: User, general: Room) -> None:
    message = said(bob, general, "Hello")
    rule("idiot", "flag")
    for text in ("idiot", "you idiot"):
        messages.edit(user_id=bob.pk, message_id=message.pk, text=text)
    assert Case.objects.get().message == message
    assert Message.objects.get(pk=message.pk).text == "you idiot"


@pytest.mark.parametrize("links", ["allow", "flag", "block"])
def test_links_of_new_members(bob: User, general: Room, links: str) -> None:
    limit(links_from_new_members=links, new_member_hours=24)
    said(bob, general, "No link")
    assert not Case.objects.exists()
    if links == "block":
        assert refusal_of(lambda: said(bob, general, "See https://a.example")) == "forbidden"
    else:
        said(bob, general, "See https://a.example")
        assert Case.objects.exists() == (links == "flag")
    Case.objects.all().delete()
    User.objects.filter(pk=bob.pk).update(date_joined=timezone.now() - timedelta(hours=25))
    said(bob, general, "See https://a.example")
    assert not Case.objects.exists()


def test_mentions_have_a_limit(alice: User, bob: User, general: Room) -> None:
    add_member(general, add_person("erin"))
    said(bob, general, "@alice @erin @room")
    limit(max_mentions=1)
    message = said(bob, general, "@alice and @alice")
    for text in ("@alice @erin", "@room"):
        assert refusal_of(lambda: said(bob, general, text)) == "forbidden"  # noqa: B023
        with pytest.raises(Refused):
            messages.edit(user_id=bob.pk, message_id=message.pk, text=text)


def test_a_batch_of_hits_costs_a_constant_number_of_statements(
    bob: User, general: Room, django_assert_num_queries: Callable[..., CaptureQueriesContext]
) -> None:
    rule("casino", "hide")
    rule("idiot", "flag")
    rulebook.current()

    def batch(run: str, size: int) -> list[Draft]:
        texts = ["casino", "idiot"]
        return [Draft(bob.pk, general.pk, f"{run}{number}", texts[number % 2]) for number in range(size)]

    with CaptureQueriesContext(_connection()) as two:
        post_many(batch("a", 2))
    with django_assert_num_queries(len(two)):
        post_many(batch("b", 60))
    assert Case.objects.count() == 62


def _connection() -> Any:
    from django.db import connection

    return connection


def test_what_is_hidden_can_be_encoded_as_any_tombstone(bob: User, general: Room) -> None:
    rule("casino", "hide")
    [encoded] = encoding.messages([said(bob, general, "casino")])
    assert b"casino" not in protocol.encode(encoded)
