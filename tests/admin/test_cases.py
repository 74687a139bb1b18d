"""The queue of reports, the page of one, and what is done about it there."""

import pytest

from chat import access
from chat.actions import messages
from chat.actions.moderation.reporting import report
from chat.models import Case, Message, ModerationAction, Notice, Room, Sanction, User
from tests.admin.desk import act, client_of, page
from tests.cast import add_room
from tests.moderation.reported import case_of, hidden_case, posted

pytestmark = pytest.mark.django_db


def looks() -> list[tuple[str, str, str]]:
    rows = ModerationAction.objects.filter(action="look").order_by("pk")
    return list(rows.values_list("actor_name", "reason", "source"))


def test_the_queue_shows_what_waits(dora: User, bob: User, charlie: User, alice: User, general: Room) -> None:
    case_of(posted(bob, general, "Cheap kayak insurance"), alice, charlie)
    done = case_of(posted(bob, general, "Long ago"))
    act(client_of(dora), "case", "resolve", done.pk, outcome="")
    queue = page(client_of(dora), "chat/case/")
    assert "Cheap kayak insurance" in queue
    assert "2 × Spam or advertising" in queue
    assert "Long ago" not in queue
    assert "Long ago" in page(client_of(dora), "chat/case/?state=resolved")
    assert "Cheap" in page(client_of(dora), "chat/case/?category=spam")
    assert "Cheap" not in page(client_of(dora), "chat/case/?category=private")
    assert "Cheap" in page(client_of(dora), "chat/case/?q=bob")
    assert "Cheap" not in page(client_of(dora), "chat/case/?q=charlie")


def test_who_it_is_about_sees_nothing_of_it(alice: User, bob: User, dora: User) -> None:
    report(by=bob, category="harassment", person_id=dora.pk)
    case = Case.objects.get()
    assert f"case/{case.pk}/" in page(client_of(alice), "chat/case/")
    assert f"case/{case.pk}/" not in page(client_of(dora), "chat/case/")
    assert client_of(dora).get(f"/admin/chat/case/{case.pk}/change/").status_code == 404


def test_a_case_is_shown_with_what_is_around(dora: User, bob: User, charlie: User, general: Room) -> None:
    posted(bob, general, "Before it")
    case = case_of(posted(bob, general, "<b>Buy</b>"), charlie)
    posted(bob, general, "After it")
    seen = page(client_of(dora), f"chat/case/{case.pk}/change/")
    assert seen.index("Before it") < seen.index("&lt;b&gt;Buy&lt;/b&gt;") < seen.index("After it")
    assert "Charlie" in seen
    assert looks() == [], "everybody reads a public room"


def test_it_is_told_who_took_the_message_away(dora: User, bob: User, charlie: User, general: Room) -> None:
    own = posted(bob, general, "a")
    by_author, by_moderator = case_of(own, charlie), case_of(posted(bob, general, "b"), charlie)
    by_nobody = hidden_case(posted(bob, general), charlie)
    messages.delete(user_id=bob.pk, message_id=own.pk)
    act(client_of(dora), "case", "remove", by_moderator.pk, reason="Adverts")
    expected = {
        by_author.pk: "deleted by its author",
        by_moderator.pk: "removed by a moderator",
        by_nobody.pk: "hidden automatically",
    }
    for case, words in expected.items():
        reported = page(client_of(dora), f"chat/case/{case}/change/").partition("desk-reported")[2]
        assert words in reported.partition("</li>")[0]


def test_a_look_into_a_private_room_is_on_the_record(dora: User, alice: User, bob: User, backroom: Room) -> None:
    posted(bob, backroom, "Before it")
    case = case_of(posted(bob, backroom, "The secret"), alice)
    assert "The secret" not in page(client_of(dora), "chat/case/")
    assert looks() == []
    seen = page(client_of(dora), f"chat/case/{case.pk}/change/")
    assert "The secret" in seen
    assert "Before it" in seen
    assert looks() == [("Dora", f"report #{case.pk}", "admin")]


def test_of_a_direct_room_the_reported_message_alone_is_seen(dora: User, bob: User, charlie: User) -> None:
    direct = add_room("", "direct", members={bob: "member", charlie: "member"})
    posted(bob, direct, "Before it")
    case = case_of(posted(bob, direct, "The threat"), charlie)
    seen = page(client_of(dora), f"chat/case/{case.pk}/change/")
    assert "The threat" in seen
    assert "Before it" not in seen
    assert len(looks()) == 1


def test_one_press_takes_a_case_on_and_gives_it_back(dora: User, bob: User, general: Room) -> None:
    case = case_of(posted(bob, general))
    chosen = {"action": "take", "_selected_action": [case.pk], "index": "0"}
    client_of(dora).post("/admin/chat/case/", chosen)
    case.refresh_from_db()
    assert (case.state, case.assignee) == ("in_progress", dora)
    act(client_of(dora), "case", "give-back", case.pk)
    case.refresh_from_db()
    assert (case.state, case.assignee) == ("open", None)


def test_removing_resolves_and_tells(dora: User, bob: User, charlie: User, backroom: Room, alice: User) -> None:
    message = posted(bob, backroom)
    case = case_of(message, alice)
    told = act(client_of(dora), "case", "remove", case.pk, reason="Adverts", resolve="on", outcome="Thank you")
    assert told == ["Remove message: done."]
    assert Message.objects.get(pk=message.pk).deleted
    case.refresh_from_db()
    assert (case.state, case.decided_by) == ("resolved", dora)
    assert list(Notice.objects.values_list("user", "kind", "text")) == [(alice.pk, "outcome", "Thank you")]
    act(client_of(dora), "case", "restore", case.pk)
    assert not Message.objects.get(pk=message.pk).deleted


def test_authors_are_warned_muted_and_banned(dora: User, bob: User, general: Room) -> None:
    case = case_of(posted(bob, general))
    client = client_of(dora)
    act(client, "case", "warn", case.pk, reason="Adverts")
    act(client, "case", "mute", case.pk, reason="Adverts", minutes="60", where="room")
    case.refresh_from_db()
    assert case.state == "open", "the report is resolved by those who want it"
    act(client, "case", "ban", case.pk, reason="Adverts", minutes="", where="site", resolve="on")
    case.refresh_from_db()
    assert case.state == "resolved"
    assert list(Sanction.objects.order_by("pk").values_list("kind", "room")) == [
        ("mute", general.pk),
        ("ban", None),
    ]
    assert access.is_banned(bob.pk)
    acts = ["warn", "mute", "ban", "resolve"]
    assert list(ModerationAction.objects.order_by("pk").values_list("action", flat=True))[-4:] == acts


def test_dismissing_and_opening_again(dora: User, bob: User, general: Room) -> None:
    first, second = case_of(posted(bob, general)), case_of(posted(bob, general, "Other"))
    assert act(client_of(dora), "case", "dismiss", first.pk, second.pk, outcome="No") == ["Dismiss: 2 done."]
    assert set(Case.objects.values_list("state", flat=True)) == {"dismissed"}
    act(client_of(dora), "case", "reopen", first.pk)
    first.refresh_from_db()
    assert first.state == "in_progress"


def test_there_is_no_message_to_remove_where_a_person_was_reported(dora: User, bob: User, charlie: User) -> None:
    report(by=bob, category="harassment", person_id=charlie.pk)
    case = Case.objects.get()
    assert "act/remove/" not in page(client_of(dora), f"chat/case/{case.pk}/change/")
    told = act(client_of(dora), "case", "remove", case.pk, reason="x")
    assert told == [f"Report {case.pk} · Charlie: This report is about a person."]
