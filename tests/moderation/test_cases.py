from collections.abc import Callable

import pytest

from chat import announce
from chat.actions.moderation.cases import assign, dismiss, reopen, resolve
from chat.actions.moderation.record import RULE, Actor, Source
from chat.actions.moderation.reporting import report
from chat.casework.visibility import visible_to
from chat.errors import Refused
from chat.models import Case, ModerationAction, Notice, Report, Room, User
from tests.cast import add_member, add_moderator, add_person, add_room
from tests.moderation.refusals import refusal_of
from tests.moderation.reported import case_of, posted
from tests.together import together


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def acts(*kinds: str) -> list[ModerationAction]:
    return list(ModerationAction.objects.filter(action__in=kinds).order_by("pk"))


# What is done


def test_a_case_is_taken_on_and_given_back(alice: User, bob: User, erin: User, general: Room) -> None:
    case = case_of(posted(bob, general))
    for _ in range(2):
        assign(by=Actor(erin), case_id=case.pk, person_id=erin.pk)
    assert (fresh(case).state, fresh(case).assignee) == ("in_progress", erin)
    assign(by=Actor(alice), case_id=case.pk, person_id=alice.pk)
    assign(by=Actor(erin), case_id=case.pk, person_id=None)
    assert (fresh(case).state, fresh(case).assignee) == ("open", None)
    assert [(act.actor, act.before, act.after) for act in acts("assign")] == [
        (erin, {"assignee": None}, {"report": case.pk, "assignee": erin.pk}),
        (alice, {"assignee": erin.pk}, {"report": case.pk, "assignee": alice.pk}),
        (erin, {"assignee": alice.pk}, {"report": case.pk, "assignee": None}),
    ]


def test_a_case_is_given_only_to_those_who_may_decide_it(bob: User, erin: User, general: Room) -> None:
    case = case_of(posted(bob, general))
    for person in (bob, add_person("fred")):
        refused = refusal_of(lambda: assign(by=Actor(erin), case_id=case.pk, person_id=person.pk))  # noqa: B023
        assert refused == "forbidden"
    assert refusal_of(lambda: assign(by=Actor(erin), case_id=case.pk, person_id=10**9)) == "not_found"
    assert fresh(case).state == "open"
    assign(by=Actor(erin), case_id=case.pk, person_id=erin.pk)


@pytest.mark.parametrize(("decide", "state"), [(resolve, "resolved"), (dismiss, "dismissed")])
def test_every_reporter_learns_the_outcome(
    decide: Callable[..., Case], state: str, alice: User, bob: User, charlie: User, erin: User, general: Room
) -> None:
    case = case_of(posted(bob, general), alice, charlie)
    decide(by=Actor(erin, Source.API, "192.0.2.7"), case_id=case.pk, outcome=" We talked to Bob. ")
    case = fresh(case)
    assert (case.state, case.decided_by, case.outcome) == (state, erin, "We talked to Bob.")
    assert case.decided_at
    assert set(Report.objects.values_list("told_at", flat=True)) == {case.decided_at}
    notices = Notice.objects.order_by("pk")
    action = state.removesuffix("d").removesuffix("e") + ("" if state == "dismissed" else "e")
    assert [(row.user, row.kind, row.action, row.text, row.by_shown) for row in notices] == [
        (person, "outcome", action, "We talked to Bob.", False) for person in (alice, charlie)
    ]
    [act] = acts(action)
    assert (act.actor, act.person, act.room, act.message, act.source, act.address) == (
        erin,
        bob,
        general,
        case.message,
        "api",
        "192.0.2.7",
    )
    assert (act.before, act.after) == (
        {"state": "open"},
        {"report": case.pk, "state": state, "outcome": "We talked to Bob."},
    )


def test_a_decided_case_is_decided_once_until_it_is_opened_again(
    alice: User, bob: User, charlie: User, erin: User, general: Room
) -> None:
    case = case_of(posted(bob, general), charlie)
    assert refusal_of(lambda: reopen(by=Actor(erin), case_id=case.pk)) == "conflict"
    resolve(by=Actor(erin), case_id=case.pk, outcome="Once")
    for again in (
        lambda: resolve(by=Actor(alice), case_id=case.pk),
        lambda: dismiss(by=Actor(alice), case_id=case.pk),
        lambda: assign(by=Actor(alice), case_id=case.pk, person_id=alice.pk),
    ):
        assert refusal_of(again) == "conflict"
    reopen(by=Actor(alice), case_id=case.pk)
    case = fresh(case)
    assert (case.state, case.assignee, case.decided_by, case.outcome) == ("in_progress", alice, None, "")
    dismiss(by=Actor(alice), case_id=case.pk, outcome="Twice")
    assert list(Notice.objects.order_by("pk").values_list("user", "text")) == [
        (charlie.pk, "Once"),
        (charlie.pk, "Twice"),
    ]


def test_what_was_reported_anew_is_not_opened_again(bob: User, charlie: User, erin: User, general: Room) -> None:
    message = posted(bob, general)
    old = case_of(message, charlie)
    resolve(by=Actor(erin), case_id=old.pk)
    new = case_of(message, charlie)
    assert refusal_of(lambda: reopen(by=Actor(erin), case_id=old.pk)) == "conflict"
    resolve(by=Actor(erin), case_id=new.pk)
    reopen(by=Actor(erin), case_id=old.pk)


def test_an_outcome_fits(bob: User, erin: User, general: Room) -> None:
    case = case_of(posted(bob, general))
    assert refusal_of(lambda: resolve(by=Actor(erin), case_id=case.pk, outcome="x" * 1001)) == "invalid"
    resolve(by=Actor(erin), case_id=case.pk, outcome="x" * 1000)


# Who may


def may_decide(user: User, case: Case) -> bool:
    try:
        assign(by=Actor(user), case_id=case.pk, person_id=user.pk)
    except Refused as refused:
        if refused.code != "not_found":
            raise
        return False
    assign(by=Actor(user), case_id=case.pk, person_id=None)
    return True


def test_a_room_s_moderators_decide_what_was_said_there(
    alice: User, bob: User, charlie: User, dora: User, erin: User, general: Room, backroom: Room
) -> None:
    here, elsewhere = case_of(posted(bob, general)), case_of(posted(bob, backroom), alice)
    person = report(by=alice, category="other", person_id=bob.pk).report.case
    assert [may_decide(erin, case) for case in (here, elsewhere, person)] == [True, False, False]
    assert [may_decide(dora, case) for case in (here, elsewhere, person)] == [True, True, True]
    for user in (bob, charlie):
        assert not any(may_decide(user, case) for case in (here, elsewhere, person))


def test_direct_messages_come_to_the_site_s_moderators_alone(
    alice: User, bob: User, charlie: User, dora: User
) -> None:
    direct = add_room("", "direct", members={bob: "owner", charlie: "member"})
    case = case_of(posted(charlie, direct), bob)
    assert may_decide(dora, case)
    assert not may_decide(bob, case)


def test_nobody_decides_about_themselves_or_their_equals(
    alice: User, bob: User, dora: User, erin: User, general: Room
) -> None:
    fred, second = add_person("fred"), add_moderator("second", owner=alice)
    add_member(general, fred, "moderator")
    for user in (dora, second):
        add_member(general, user)
    add_person("heidi", owner=True)
    about_moderator = case_of(posted(erin, general), bob)
    about_site_moderator = case_of(posted(dora, general), bob)
    about_owner = case_of(posted(alice, general), bob)
    about = (about_moderator, about_site_moderator, about_owner)
    assert [may_decide(erin, case) for case in about] == [False, False, False]
    assert [may_decide(fred, case) for case in about] == [False, False, False]
    assert [may_decide(second, case) for case in about] == [True, False, False]
    assert [may_decide(dora, case) for case in about] == [True, False, False]
    assert [may_decide(alice, case) for case in about] == [True, True, False]
    heidi = User.objects.get(username="heidi")
    assert [may_decide(heidi, case) for case in about] == [True, True, False]
    add_member(general, heidi, "owner")
    assert not may_decide(heidi, about_owner), "both own the room"
    general.memberships.filter(user=alice).update(role="member")
    assert may_decide(heidi, about_owner), "between owners of the site their roles in the room decide"


def test_the_command_line_decides_everything(alice: User, bob: User, general: Room) -> None:
    case = case_of(posted(alice, general), bob)
    assert visible_to(None).filter(pk=case.pk).exists()
    resolve(by=Actor(None, Source.COMMAND), case_id=case.pk)
    reopen(by=RULE, case_id=case.pk)
    assert fresh(case).state == "open"
    assert refusal_of(lambda: resolve(by=RULE, case_id=10**9)) == "not_found"


# At the same moment


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_does(
    alice: User, bob: User, charlie: User, erin: User, general: Room
) -> None:
    for _ in range(5):
        case = case_of(posted(bob, general), charlie)
        outcomes = together(
            lambda: resolve(by=Actor(alice), case_id=case.pk),  # noqa: B023
            lambda: dismiss(by=Actor(erin), case_id=case.pk),  # noqa: B023
        )
        refused = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
        assert [refusal.code for refusal in refused] == ["conflict"], outcomes
        assert Notice.objects.filter(user=charlie).count() == 1
        Notice.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_who_reports_at_the_moment_of_the_decision_is_told_or_opens_a_new_case(
    alice: User, bob: User, charlie: User, general: Room
) -> None:
    for _ in range(5):
        message = posted(bob, general)
        case = case_of(message, add_person(f"first-{message.pk}"))
        decided, reported = together(
            lambda: resolve(by=Actor(alice), case_id=case.pk),  # noqa: B023
            lambda: report(by=charlie, category="spam", message_id=message.pk),  # noqa: B023
        )
        assert isinstance(decided, Case)
        mine = Report.objects.select_related("case").get(pk=reported.report.pk)
        assert (mine.case.state == "resolved") == (mine.told_at is not None)


@pytest.mark.django_db(transaction=True)
def test_decisions_are_announced(
    alice: User, bob: User, charlie: User, general: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = case_of(posted(bob, general), charlie)
    told: list[announce.Announcement] = []
    monkeypatch.setattr(announce, "_sink", told.append)
    resolve(by=Actor(alice), case_id=case.pk)
    notice, badge = told
    assert isinstance(notice, announce.Personal)
    assert [user for user, _ in notice.events] == [charlie.pk]
    assert badge == announce.Personal([], cases=True)
    told.clear()
    reopen(by=Actor(alice), case_id=case.pk)
    assert told == [announce.Personal([], cases=True)]
