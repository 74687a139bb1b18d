from datetime import timedelta
from functools import partial

import pytest
from django.db import transaction
from django.utils import timezone
from pytest_django import Settings

from chat import announce
from chat.actions import messages, rooms
from chat.actions.moderation import cases
from chat.actions.moderation.hiding import unhide
from chat.actions.moderation.record import Actor
from chat.actions.moderation.reporting import MOST, Reported, report
from chat.models import Case, Message, ModerationAction, Report, Room, Site, User
from tests.cast import add_person, add_room
from tests.moderation.refusals import refusal_of
from tests.moderation.reported import posted
from tests.together import together


def by_message(user: User, message: Message, category: str = "spam", note: str = "") -> Reported:
    return report(by=user, category=category, note=note, message_id=message.pk)


def hide_after(number: int) -> None:
    Site.load()
    Site.objects.update(reports_to_hide=number)


def is_hidden(message: Message) -> bool:
    return Message.objects.get(pk=message.pk).deleted


# Who may report what


def test_reports_of_one_message_gather_in_one_case(alice: User, bob: User, charlie: User, general: Room) -> None:
    message = posted(bob, general)
    first = by_message(alice, message, note="  Again.\n")
    second = by_message(charlie, message, "other")
    assert first.new
    assert second.new
    case = Case.objects.get()
    assert (case.message, case.person, case.room, case.state) == (message, None, general, "open")
    reports = case.reports.order_by("pk").values_list("reporter", "category", "note")
    assert list(reports) == [(alice.pk, "spam", "Again."), (charlie.pk, "other", "")]


def test_whoever_reports_twice_changes_their_report(alice: User, bob: User, general: Room) -> None:
    message = posted(bob, general)
    first = by_message(alice, message)
    again = by_message(alice, message, "harassment", "Look at the end")
    assert (again.new, again.report.pk) == (False, first.report.pk)
    assert Report.objects.values_list("category", "note").get() == ("harassment", "Look at the end")
    assert ModerationAction.objects.filter(action="report").count() == 1


def test_after_the_decision_a_new_report_opens_a_new_case(alice: User, bob: User, general: Room) -> None:
    message = posted(bob, general)
    first = by_message(alice, message).report.case
    cases.resolve(by=Actor(alice), case_id=first.pk)
    second = by_message(alice, message)
    assert second.new
    assert second.report.case.pk != first.pk


def test_readers_of_public_rooms_and_members_of_the_others_report(
    alice: User, bob: User, charlie: User, general: Room, backroom: Room
) -> None:
    direct = add_room("", "direct", members={alice: "member", bob: "member"})
    assert by_message(charlie, posted(bob, general)).new, "a reader of a public room"
    for room in (backroom, direct):
        message = posted(bob, room)
        assert refusal_of(lambda: by_message(charlie, message)) == "not_found"  # noqa: B023
        assert by_message(alice, message).new
    assert refusal_of(lambda: report(by=alice, category="spam", message_id=10**9)) == "not_found"


def test_who_left_a_private_room_reports_nothing_of_it(bob: User, alice: User, backroom: Room) -> None:
    first, second = posted(alice, backroom), posted(alice, backroom)
    assert by_message(bob, first).new
    rooms.leave(user=bob, room_id=backroom.pk)
    assert refusal_of(lambda: by_message(bob, second)) == "not_found"
    assert refusal_of(lambda: by_message(bob, first)) == "not_found"


def test_a_person_is_reported(alice: User, bob: User, charlie: User) -> None:
    charlie_reports = report(by=charlie, category="harassment", person_id=bob.pk)
    assert report(by=alice, category="other", person_id=bob.pk).report.case == charlie_reports.report.case
    case = Case.objects.get()
    assert (case.person, case.message, case.room) == (bob, None, None)


def test_nobody_reports_themselves(alice: User, bob: User, general: Room) -> None:
    message = posted(bob, general)
    assert refusal_of(lambda: by_message(bob, message)) == "forbidden"
    assert refusal_of(lambda: report(by=bob, category="spam", person_id=bob.pk)) == "forbidden"
    assert by_message(alice, message).new
    assert report(by=alice, category="spam", person_id=bob.pk).new


def test_who_is_not_there_is_not_reported(alice: User, bob: User) -> None:
    assert refusal_of(lambda: report(by=alice, category="spam", person_id=10**9)) == "not_found"
    assert report(by=alice, category="spam", person_id=bob.pk).new
    gone = add_person("gone")
    User.objects.filter(pk=gone.pk).update(is_active=False)
    assert refusal_of(lambda: report(by=alice, category="spam", person_id=gone.pk)) == "not_found"


def test_a_report_is_about_one_thing_with_a_category_and_a_note_that_fits(
    alice: User, bob: User, general: Room
) -> None:
    message = posted(bob, general)
    assert refusal_of(lambda: report(by=alice, category="spam")) == "invalid"
    both = partial(report, by=alice, category="spam", message_id=message.pk, person_id=bob.pk)
    assert refusal_of(both) == "invalid"
    assert refusal_of(lambda: by_message(alice, message, "boring")) == "invalid"
    assert refusal_of(lambda: by_message(alice, message, note="x" * 1001)) == "invalid"
    assert refusal_of(lambda: by_message(alice, message, note="a\0b")) == "invalid"
    assert not Case.objects.exists()
    assert by_message(alice, message, note="x" * 1000).new


def test_what_is_deleted_can_be_reported_only_where_it_was_before(
    alice: User, bob: User, charlie: User, general: Room
) -> None:
    reported, unreported = posted(bob, general), posted(bob, general)
    by_message(alice, reported)
    for message in (reported, unreported):
        messages.delete(user_id=bob.pk, message_id=message.pk)
    assert by_message(charlie, reported).new, "read a moment before"
    assert refusal_of(lambda: by_message(charlie, unreported)) == "conflict"


def test_nobody_reports_without_end(alice: User, bob: User, charlie: User, settings: Settings) -> None:
    others = [add_person(f"other-{number}") for number in range(MOST)]
    for person in others:
        report(by=alice, category="spam", person_id=person.pk)
    assert refusal_of(lambda: report(by=alice, category="spam", person_id=bob.pk)) == "rate_limited"
    assert not Case.objects.filter(person=bob).exists()
    assert not report(by=alice, category="other", person_id=others[0].pk).new, "one's own can be changed"
    assert report(by=charlie, category="spam", person_id=bob.pk).new
    first = Report.objects.filter(reporter=alice).earliest("pk")
    Report.objects.filter(pk=first.pk).update(created_at=timezone.now() - timedelta(hours=1))
    assert report(by=alice, category="spam", person_id=bob.pk).new
    assert refusal_of(lambda: report(by=alice, category="spam", person_id=charlie.pk)) == "rate_limited"
    settings.RATE_LIMITS = False
    assert report(by=alice, category="spam", person_id=charlie.pk).new


def test_the_record_tells_of_a_report_and_not_who_reported(alice: User, bob: User, general: Room) -> None:
    case = by_message(alice, posted(bob, general), note="I am Alice").report.case
    act = ModerationAction.objects.get()
    assert (act.action, act.actor, act.person, act.room, act.message) == (
        "report",
        None,
        bob,
        general,
        case.message,
    )
    assert act.after == {"report": case.pk, "category": "spam"}
    assert "Alice" not in f"{act.actor_name} {act.reason}"


@pytest.mark.django_db(transaction=True)
def test_only_a_new_case_is_announced(
    alice: User, bob: User, charlie: User, general: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = posted(bob, general)
    told: list[announce.Announcement] = []
    monkeypatch.setattr(announce, "_sink", told.append)
    by_message(alice, message)
    assert told == [announce.Personal([], cases=True)]
    by_message(charlie, message)
    assert len(told) == 1


# Hiding


def test_enough_reporters_hide_a_message_once(alice: User, bob: User, general: Room) -> None:
    hide_after(2)
    dora, erin, fred = (add_person(name) for name in ("dora-r", "erin", "fred"))
    message = posted(bob, general)
    for _ in range(3):
        by_message(dora, message)
    assert not is_hidden(message), "one person is one"
    by_message(alice, message)
    assert is_hidden(message)
    assert Case.objects.get().hidden
    by_message(erin, message)
    cases_hidden = ModerationAction.objects.filter(action="hide", message=message)
    assert [act.actor for act in cases_hidden] == [None]
    cases.dismiss(by=Actor(alice), case_id=Case.objects.get().pk)
    by_message(fred, message)
    assert not is_hidden(message), "those of the case before are not counted again"


def test_what_a_moderator_has_shown_again_stays(alice: User, bob: User, charlie: User, general: Room) -> None:
    hide_after(1)
    message = posted(bob, general)
    by_message(charlie, message)
    with transaction.atomic():
        Room.objects.lock([general.pk])
        row = Message.objects.select_related("author", "room", "reply_to__author").get(pk=message.pk)
        unhide(by=Actor(alice), message=row)
    by_message(add_person("erin"), message)
    assert not is_hidden(message)


def test_nothing_is_hidden_unless_the_site_says_so(bob: User, general: Room) -> None:
    message = posted(bob, general)
    for number in range(5):
        by_message(add_person(f"person-{number}"), message)
    assert not is_hidden(message)


@pytest.mark.django_db(transaction=True)
def test_ten_people_report_at_once(bob: User, general: Room) -> None:
    hide_after(3)
    message = posted(bob, general)
    people = [add_person(f"person-{number}") for number in range(10)]

    def reporting(user: User) -> Reported:
        return by_message(user, message)

    reported = together(*[partial(reporting, user) for user in people])
    assert [item.new for item in reported] == [True] * 10, reported
    assert Case.objects.get().reports.count() == 10
    assert ModerationAction.objects.filter(action="hide").count() == 1
    assert is_hidden(message)


@pytest.mark.django_db(transaction=True)
def test_ten_people_report_a_person_at_once(bob: User) -> None:
    people = [add_person(f"person-{number}") for number in range(10)]

    def reporting(user: User) -> Reported:
        return report(by=user, category="spam", person_id=bob.pk)

    reported = together(*[partial(reporting, user) for user in people])
    assert [item.new for item in reported] == [True] * 10, reported
    assert Case.objects.get().reports.count() == 10


@pytest.mark.django_db(transaction=True)
def test_one_person_who_presses_twice_has_one_report(alice: User, bob: User, general: Room) -> None:
    message = posted(bob, general)
    reported = together(*[lambda: by_message(alice, message)] * 4)
    assert sorted(item.new for item in reported) == [False, False, False, True], reported
    assert Report.objects.count() == 1
