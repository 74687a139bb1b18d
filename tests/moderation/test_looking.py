import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat import protocol
from chat.actions import posting
from chat.actions.moderation.cases import resolve
from chat.actions.moderation.looking import look
from chat.actions.moderation.muting import SHORTEST, mute
from chat.actions.moderation.record import Actor, Source
from chat.actions.moderation.reporting import report
from chat.casework.casefile import CaseFile
from chat.models import Message, ModerationAction, Room, Site, User
from tests.cast import add_member, add_person, add_room
from tests.moderation.refusals import refusal_of
from tests.moderation.reported import case_of, posted


def texts(messages: list[protocol.Message]) -> list[str]:
    return [message.text for message in messages]


def looks() -> list[ModerationAction]:
    return list(ModerationAction.objects.filter(action="look").order_by("pk"))


def reported_among_others(author: User, room: Room, reporter: User) -> Message:
    """The fifth of nine messages, which answers the first."""
    first = posted(author, room, "1")
    for number in range(2, 5):
        posted(author, room, str(number))
    draft = posting.Draft(author_id=author.pk, room_id=room.pk, ref="5th", text="5", reply_to=first.pk)
    message = Message.objects.get(pk=posting.post(draft).message_id)
    for number in range(6, 10):
        posted(author, room, str(number))
    case_of(message, reporter)
    return message


def opened(user: User, message: Message) -> CaseFile:
    return look(by=Actor(user), case_id=message.cases.get().pk)


def test_a_case_is_opened_with_its_reports_and_context(
    alice: User, bob: User, charlie: User, general: Room
) -> None:
    message = reported_among_others(bob, general, charlie)
    report(by=alice, category="other", note="The fifth", message_id=message.pk)
    seen = opened(alice, message)
    assert seen.message
    assert (seen.message.text, seen.message.reply_to is not None) == ("5", True)
    assert (texts(seen.before), texts(seen.after)) == (["2", "3", "4"], ["6", "7", "8"])
    assert [(row.reporter.id, row.category, row.note, row.told_at) for row in seen.reports] == [
        (alice.pk, "other", "The fifth", None),
        (charlie.pk, "spam", "", None),
    ]
    assert not looks(), "a public room is no secret"
    resolve(by=Actor(alice), case_id=seen.case.id)
    assert all(row.told_at for row in opened(alice, message).reports)


def test_a_look_into_a_private_room_is_on_the_record(alice: User, bob: User, dora: User, backroom: Room) -> None:
    message = reported_among_others(bob, backroom, alice)
    opened(alice, message)
    assert not looks(), "a member's"
    case = message.cases.get()
    seen = look(by=Actor(dora, Source.ADMIN, "192.0.2.7"), case_id=case.pk)
    assert seen.message
    assert (texts(seen.before), seen.message.text, texts(seen.after)) == (["2", "3", "4"], "5", ["6", "7", "8"])
    look(by=Actor(dora), case_id=case.pk, reason="Asked by the owner")
    first, second = looks()
    assert (first.actor, first.person, first.room, first.message) == (dora, bob, backroom, message)
    assert (first.reason, first.source, first.address) == (f"report #{case.pk}", "admin", "192.0.2.7")
    assert second.reason == "Asked by the owner"


def test_of_direct_messages_the_reported_one_alone_is_seen(bob: User, charlie: User, dora: User) -> None:
    direct = add_room("", "direct", members={bob: "member", charlie: "member"})
    message = reported_among_others(bob, direct, charlie)
    seen = opened(dora, message)
    assert seen.message
    assert (seen.message.text, seen.message.reply_to) == ("5", None)
    assert (seen.before, seen.after) == ([], [])
    assert len(looks()) == 1


def test_a_moderator_who_is_in_the_direct_room_reads_there_anyway(alice: User, bob: User) -> None:
    direct = add_room("", "direct", members={bob: "member", alice: "member"})
    seen = opened(alice, reported_among_others(bob, direct, alice))
    assert len(seen.before) == 3
    assert not looks()


def test_what_was_hidden_is_shown_to_moderators(alice: User, bob: User, general: Room) -> None:
    Site.load()
    Site.objects.update(reports_to_hide=1)
    message = posted(bob, general, "Hidden **words**")
    case_of(message, alice)
    assert Message.objects.get(pk=message.pk).text == ""
    seen = opened(alice, message)
    assert seen.message
    assert (seen.message.text, seen.message.deleted, seen.case.hidden) == ("Hidden **words**", True, True)
    assert "<strong>words</strong>" in seen.message.html
    assert seen.case.message
    assert seen.case.message.excerpt == "Hidden words"


def test_a_case_about_a_person(alice: User, bob: User, dora: User) -> None:
    case = report(by=alice, category="other", person_id=bob.pk).report.case
    seen = look(by=Actor(dora), case_id=case.pk)
    assert (seen.case.person.id, seen.message, seen.before, seen.after) == (bob.pk, None, [], [])
    assert not looks()


def test_the_history_of_the_person(alice: User, bob: User, general: Room, backroom: Room) -> None:
    erin = add_person("erin")
    add_member(general, erin, "moderator")
    for room in (general, backroom):
        resolve(by=Actor(alice), case_id=case_of(posted(bob, room), alice).pk)
    message = posted(bob, general)
    case_of(message, alice)
    mute(by=Actor(alice), person_id=bob.pk, room_id=general.pk, duration=SHORTEST)
    mute(by=Actor(alice), person_id=bob.pk, duration=SHORTEST, reason="Everywhere")
    assert (opened(alice, message).history.acts, opened(alice, message).history.cases) == (
        {"mute": 2},
        {"resolved": 2},
    )
    in_room = opened(erin, message).history
    assert (in_room.acts, in_room.cases) == ({"mute": 1}, {"resolved": 1})


def test_a_case_is_opened_only_by_those_who_may_decide_it(
    alice: User, bob: User, charlie: User, dora: User, general: Room
) -> None:
    message = posted(alice, general)
    case_of(message, bob)
    for user in (alice, bob, charlie, dora):
        assert refusal_of(lambda: opened(user, message)) == "not_found"  # noqa: B023
    other = posted(bob, general)
    case_of(other, charlie)
    opened(dora, other)
    assert refusal_of(lambda: look(by=Actor(dora), case_id=other.cases.get().pk, reason="x" * 501)) == "invalid"


@pytest.mark.parametrize("reporters", [1, 6])
def test_a_case_takes_the_same_queries_for_any_number_of_reports(
    reporters: int, dora: User, alice: User, bob: User, backroom: Room
) -> None:
    message = posted(bob, backroom)
    case_of(message, alice)
    for number in range(reporters):
        reporter = add_person(f"reporter-{number}")
        add_member(backroom, reporter)
        case_of(message, reporter)
    with CaptureQueriesContext(connection) as queries:
        opened(dora, message)
    assert len(queries) <= 22
