"""The queue, and the counts of it, over a population in which every rank is reported in every kind of room."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from chat.actions.moderation import cases
from chat.actions.moderation.record import Actor
from chat.actions.moderation.reporting import report
from chat.casework import counts
from chat.casework.listing import PAGE, CaseSeen, listing
from chat.casework.visibility import visible_to
from chat.models import Case, Report, Room, User
from tests.cast import add_member, add_moderator, add_person, add_room
from tests.moderation.refusals import refusal_of
from tests.moderation.reported import case_of, posted


def open_to(user: User, **filters: int | str) -> list[int]:
    return [case.id for case in listing(user, **filters).cases]  # type: ignore[arg-type]


def queries_of(work: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as queries:
        work()
    return len(queries)


@pytest.fixture
def everybody(alice: User, bob: User, charlie: User, dora: User) -> list[User]:
    """Ranks of the site and of rooms in all combinations, and a case about each of them in each place."""
    people = [alice, bob, charlie, dora, add_moderator("erin", owner=alice), add_person("fred", owner=True)]
    people += [add_person("grace"), add_person("heidi")]
    roles = ("owner", "member", "moderator")
    for index, kind in enumerate(("public", "private", "direct")):
        members = {user: roles[(number + index) % 3] for number, user in enumerate(people)}
        room = add_room(kind, kind, members=members)
        for user in people:
            case_of(posted(user, room), bob if user != bob else charlie)
    for user in people:
        report(by=bob if user != bob else charlie, category="other", person_id=user.pk)
    decided = Case.objects.order_by("pk").first()
    assert decided
    Case.objects.filter(pk=decided.pk).update(state="resolved")
    return [*people, add_person("ivan")]


@pytest.fixture(autouse=True)
def _unlimited(settings: Settings) -> None:
    settings.RATE_LIMITS = False


def test_the_counts_are_those_of_the_queue(everybody: list[User]) -> None:
    counted = counts.undecided()
    seen = {user.pk: visible_to(user).undecided().count() for user in everybody}
    assert {key: counted.get(key, 0) for key in seen} == seen
    assert min(seen.values()) == 0
    assert len(set(seen.values())) > 3, "a population in which all see the same would prove nothing"


def test_the_count_of_one_person_is_that_of_their_queue(everybody: list[User]) -> None:
    *moderators, nobody = everybody
    counted = [counts.waiting_for(user) for user in moderators]
    assert counted == [visible_to(user).undecided().count() for user in moderators]
    assert counts.waiting_for(nobody) is None


def test_the_counts_take_three_queries(everybody: list[User], general: Room) -> None:
    assert queries_of(counts.undecided) == 3
    for number in range(3):
        reporter = add_person(f"reporter-{number}")
        add_member(general, reporter, "moderator")
        case_of(posted(everybody[1], general), reporter)
    assert queries_of(counts.undecided) == 3


# The list


def test_a_case_in_the_list(alice: User, bob: User, charlie: User, general: Room) -> None:
    message = posted(bob, general, "Cheap **kayak** insurance")
    case = case_of(message, alice, charlie)
    report(by=charlie, category="private", message_id=message.pk)
    newest = Report.objects.get(reporter=alice)
    Report.objects.filter(pk=newest.pk).update(created_at=newest.created_at + timedelta(hours=1))
    [seen] = listing(alice).cases
    assert (seen.id, seen.state, seen.person.id) == (case.pk, "open", bob.pk)
    assert (seen.hidden, seen.sealed) == (False, False)
    assert seen.room
    assert (seen.room.id, seen.room.kind, seen.room.name) == (general.pk, "public", "General")
    assert seen.message
    assert (seen.message.id, seen.message.tick, seen.message.excerpt) == (
        message.pk,
        message.tick,
        "Cheap kayak insurance",
    )
    assert (seen.reporters, seen.categories) == (2, {"private": 1, "spam": 1})
    assert seen.newest > seen.opened_at
    assert (seen.assignee, seen.decided_by) == (None, None)


def test_the_list_is_filtered(alice: User, bob: User, charlie: User, general: Room, backroom: Room) -> None:
    here, there = case_of(posted(bob, general), alice), case_of(posted(bob, backroom), alice)
    other = report(by=bob, category="other", person_id=charlie.pk).report.case
    assert open_to(alice) == [other.pk, there.pk, here.pk]
    assert open_to(alice, room_id=general.pk) == [here.pk]
    assert open_to(alice, person_id=charlie.pk) == [other.pk]
    cases.assign(by=Actor(alice), case_id=there.pk, person_id=alice.pk)
    cases.dismiss(by=Actor(alice), case_id=here.pk)
    assert open_to(alice, assignee_id=alice.pk) == [there.pk]
    assert open_to(alice) == [other.pk, there.pk]
    assert [open_to(alice, state=state) for state in Case.State.values] == [[other.pk], [there.pk], [], [here.pk]]


def test_pages_follow_each_other_without_more_queries(alice: User, bob: User, general: Room) -> None:
    def one_more(number: int) -> None:
        case_of(posted(bob, general), add_person(f"reporter-{number}"))

    one_more(0)
    few = queries_of(lambda: listing(alice))
    for number in range(1, PAGE + 2):
        one_more(number)
    assert queries_of(lambda: listing(alice)) == few
    first = listing(alice)
    assert (len(first.cases), first.more) == (PAGE, True)
    second = listing(alice, after=first.cases[-1].id)
    assert (len(second.cases), second.more) == (2, False)
    assert len({case.id for case in first.cases + second.cases}) == PAGE + 2


def test_the_list_is_for_moderators(alice: User, bob: User, charlie: User, dora: User, general: Room) -> None:
    add_room("", "direct", members={bob: "owner", charlie: "owner"})
    for user in (bob, charlie):
        assert refusal_of(lambda: listing(user)) == "forbidden"  # noqa: B023
    listing(dora)
    add_member(general, charlie, "moderator")
    listing(charlie)


def test_the_words_of_a_sealed_room_are_not_in_the_list(
    alice: User, bob: User, dora: User, backroom: Room
) -> None:
    case_of(posted(bob, backroom, "Between us"), alice)

    def seen_by(user: User) -> CaseSeen:
        [seen] = listing(user).cases
        assert seen.message
        return seen

    assert seen_by(alice).message.excerpt == "Between us"  # type: ignore[union-attr]
    assert seen_by(dora).sealed
    assert seen_by(dora).message.excerpt == ""  # type: ignore[union-attr]
    add_member(backroom, dora)
    assert not seen_by(dora).sealed
