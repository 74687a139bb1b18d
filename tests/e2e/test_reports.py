"""A message is reported and removed, and everybody whom it concerns sees what came of it, at once."""

from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.axe import assert_accessible
from tests.e2e.conftest import Visit
from tests.e2e.tab import Tab
from tests.e2e.test_keyboard import press, tab_to
from tests.people import Company, Person, add_room
from tests.services.site import Server

SPAM = "Cheap kayak insurance for everyone!"


@pytest.fixture
def room(server: Server, company: Company) -> int:
    """Where Bob and Charlie are members, and Alice the owner."""
    return add_room(
        server.site,
        "Harbour",
        members={company.alice: "owner", company.bob: "member", company.charlie: "member"},
    )


def enter(server: Server, visit: Visit, person: Person, room: int) -> Tab:
    tab = visit(server, person)
    tab.open(room)
    return tab


def notice(tab: Tab) -> Locator:
    return tab.page.get_by_role("region", name="From the moderators")


def ask(person: Person, path: str, method: str = "POST", **body: Any) -> Any:
    with person.http() as http:
        return http.request(method, path, json=body).raise_for_status().json()


def decide(company: Company, outcome: str) -> None:
    (case,) = ask(company.alice, f"/api/moderation/cases?person={company.charlie.id}", "GET")["cases"]
    ask(company.alice, f"/api/moderation/cases/{case['id']}", "PATCH", state="resolved", outcome=outcome)


def test_from_the_report_to_both_screens(server: Server, visit: Visit, company: Company, room: int) -> None:
    alice, bob, charlie = (
        enter(server, visit, who, room) for who in (company.alice, company.bob, company.charlie)
    )
    charlie.post(SPAM)

    bob.choose(SPAM, "Report…")
    form = bob.dialog("Report this message")
    expect(form).to_contain_text(SPAM)
    expect(form).to_contain_text("Goes to the moderators of Harbour.")
    expect(form.get_by_label("Spam or advertising")).to_be_focused()
    assert_accessible(bob.page)
    form.get_by_label("Anything moderators should know").fill("The third today")
    form.get_by_role("button", name="Send report").click()
    expect(bob.page.get_by_text("Thank you. The moderators will look at it.")).to_be_visible()
    (report,) = ask(company.bob, "/api/reports/mine", "GET")["reports"]
    assert (report["category"], report["note"]) == ("spam", "The third today")

    alice.choose(SPAM, "Remove…")
    question = alice.dialog("Remove this message by Charlie?")
    question.get_by_label("Reason").fill("Advertising")
    assert_accessible(alice.page)
    question.get_by_role("button", name="Remove", exact=True).click()
    for tab in (bob, charlie):
        expect(tab.page.locator(".msg .gone")).to_have_text("A moderator removed this message.")
    expect(alice.page.locator(".msg .gone")).to_contain_text("You removed this message. “Advertising”")
    record = ask(company.alice, f"/api/users/{company.charlie.id}/record?room={room}", "GET")["record"]
    assert ("delete_message", "Advertising") in [(act["action"], act["reason"]) for act in record]

    expect(notice(bob)).to_be_hidden()
    decide(company, "Removed, thank you.")
    expect(notice(bob)).to_contain_text("The moderators looked at your report")
    expect(notice(bob)).to_contain_text("You reported something in Harbour.")
    expect(notice(bob).locator("blockquote")).to_have_text("Removed, thank you.")
    expect(notice(charlie)).to_be_hidden()
    assert_accessible(bob.page)


def test_what_a_moderator_removed_comes_back(server: Server, visit: Visit, company: Company, room: int) -> None:
    alice, bob = enter(server, visit, company.alice, room), enter(server, visit, company.bob, room)
    bob.post("Not what it looks like")
    alice.choose("Not what it looks like", "Remove…")
    alice.confirm("Remove this message by Bob?", "Remove")
    gone = alice.page.locator(".msg", has=alice.page.locator(".gone"))
    gone.hover()
    gone.get_by_role("button", name="More actions").click()
    menu = alice.page.get_by_role("menu", name="Message")
    expect(menu.get_by_role("menuitem")).to_have_text(["Restore"])
    menu.get_by_role("menuitem", name="Restore").click()
    for tab in (alice, bob):
        expect(tab.message("Not what it looks like")).to_be_visible()

    bob.choose("Not what it looks like", "Remove…")
    bob.confirm("Delete your message?", "Delete")
    for tab in (alice, bob):
        tab.page.locator(".msg", has=tab.page.locator(".gone")).hover()
        expect(tab.page.get_by_role("button", name="More actions")).to_have_count(0)


def test_a_public_room_is_moderated_and_reported_from_outside(
    server: Server, visit: Visit, company: Company
) -> None:
    elsewhere = add_room(server.site, "Elsewhere", members={company.bob: "owner"})
    bob = enter(server, visit, company.bob, elsewhere)
    bob.post(SPAM)
    alice, charlie = (
        enter(server, visit, company.alice, elsewhere),
        enter(server, visit, company.charlie, elsewhere),
    )
    charlie.act(SPAM, "More actions")
    expect(charlie.page.get_by_role("menuitem", name="Remove…")).to_be_hidden()
    charlie.page.get_by_role("menuitem", name="Report…").click()
    charlie.dialog("Report this message").get_by_role("button", name="Send report").click()
    expect(charlie.page.get_by_text("Thank you.")).to_be_visible()
    alice.choose(SPAM, "Remove…")
    alice.confirm("Remove this message by Bob?", "Remove")
    for tab in (alice, bob):
        expect(tab.page.locator(".msg .gone")).to_be_visible()


def test_a_mute_is_one_press_and_undone_by_another(
    server: Server, visit: Visit, company: Company, room: int
) -> None:
    alice, bob = enter(server, visit, company.alice, room), enter(server, visit, company.bob, room)
    bob.post("One thing")
    bob.post("And another thing")
    alice.choose("And another thing", "Mute author for an hour")
    expect(alice.page.get_by_text("Bob can’t post here for an hour.")).to_be_visible()
    expect(bob.box).to_be_hidden()
    expect(notice(bob)).to_contain_text("You were muted")
    expect(notice(bob)).to_contain_text("In Harbour, until")
    # The pointer is not held up by where the menu was opened last.
    alice.act("One thing", "Reply")
    expect(alice.page.get_by_text("Replying to Bob")).to_be_visible()
    alice.page.get_by_role("button", name="Undo").click()
    expect(bob.box).to_be_visible()


def test_who_is_muted_reads_again_why(server: Server, visit: Visit, company: Company, room: int) -> None:
    """What was understood is gone from the screen, and nothing else there says it. By the keyboard alone."""
    ask(company.alice, f"/api/users/{company.bob.id}/mute", minutes=60, room=room, reason="Adverts")
    bob = enter(server, visit, company.bob, room)
    understood = notice(bob).get_by_role("button", name="I understand")
    understood.press("Enter")
    expect(notice(bob)).to_be_hidden()
    bob.page.reload()
    why = bob.page.get_by_role("note").get_by_role("button", name="Why?")
    why.focus()
    ask(company.alice, f"/api/rooms/{company.general}/messages", ref="r", text="@room Hello")
    expect(bob.row("General").locator(".badge")).to_be_visible()
    expect(why).to_be_focused()
    why.press("Enter")
    expect(notice(bob).locator("blockquote")).to_have_text("Adverts")
    expect(understood).to_be_focused()
    press(bob, "Enter")
    expect(notice(bob)).to_be_hidden()
    ask(company.alice, f"/api/users/{company.bob.id}/warn", reason="Last time")
    expect(notice(bob).locator("blockquote")).to_have_text("Last time")


def test_members_are_offered_no_more_than_a_report(
    server: Server, visit: Visit, company: Company, room: int
) -> None:
    bob, charlie = enter(server, visit, company.bob, room), enter(server, visit, company.charlie, room)
    bob.post("My own")
    charlie.act("My own", "More actions")
    menu = charlie.page.get_by_role("menu", name="Message")
    expect(menu.get_by_role("menuitem", name="Report…")).to_be_visible()
    for item in ("Mute author for an hour", "Remove…", "Restore"):
        expect(menu.get_by_role("menuitem", name=item)).to_be_hidden()
    bob.act("My own", "More actions")
    expect(bob.page.get_by_role("menuitem", name="Remove…")).to_be_visible()
    expect(bob.page.get_by_role("menuitem", name="Report…")).to_be_hidden()


def test_a_warning_is_understood_on_all_screens_by_keyboard(
    server: Server, visit: Visit, company: Company, room: int
) -> None:
    charlie = enter(server, visit, company.charlie, room)
    sofa = visit(server, company.charlie.in_another_session())
    ask(company.alice, f"/api/users/{company.charlie.id}/warn", reason="No adverts.", room=room, signed=True)
    ask(company.alice, f"/api/users/{company.charlie.id}/warn", reason="I mean it.")
    sofa.open(room)
    for tab in (charlie, sofa):
        expect(notice(tab)).to_contain_text("A warning from Alice")
        expect(notice(tab)).to_contain_text("It is about Harbour.")
        expect(notice(tab).locator("blockquote")).to_have_text("No adverts.")
        expect(notice(tab)).to_contain_text("1 more")
    expect(charlie.box).to_be_focused()
    press(charlie, "F6")
    expect(notice(charlie).get_by_role("button", name="I understand")).to_be_focused()
    press(charlie, "Enter")
    for tab in (charlie, sofa):
        expect(notice(tab).locator("blockquote")).to_have_text("I mean it.")
        expect(notice(tab)).to_contain_text("A warning from the moderators")
    press(charlie, "Enter")
    for tab in (charlie, sofa):
        expect(notice(tab)).to_be_hidden()
    expect(charlie.log).to_be_focused()
    charlie.page.reload()
    charlie.loaded()
    expect(notice(charlie)).to_be_hidden()


def test_reporting_and_removing_by_keyboard(server: Server, visit: Visit, company: Company, room: int) -> None:
    alice, bob = enter(server, visit, company.alice, room), enter(server, visit, company.bob, room)
    charlie = enter(server, visit, company.charlie, room)
    charlie.post(SPAM)
    for tab in (alice, bob):
        expect(tab.message(SPAM)).to_be_visible()
    press(bob, "Shift+F6", "ArrowUp")
    expect(bob.message(SPAM)).to_be_focused()
    tab_to(bob, bob.message(SPAM).get_by_role("button", name="More actions"))
    press(bob, "Enter", "ArrowUp")
    expect(bob.page.get_by_role("menuitem", name="Report…")).to_be_focused()
    press(bob, "Enter")
    expect(bob.dialog("Report this message")).to_be_visible()
    press(bob, "ArrowDown")
    tab_to(bob, bob.page.get_by_role("button", name="Send report"))
    press(bob, "Enter")
    expect(bob.page.get_by_text("Thank you.")).to_be_visible()
    (report,) = ask(company.bob, "/api/reports/mine", "GET")["reports"]
    assert report["category"] == "harassment"

    press(alice, "Shift+F6", "ArrowUp", "Delete")
    expect(alice.dialog("Remove this message by Charlie?").get_by_label("Reason")).to_be_focused()
    alice.page.keyboard.type("Advertising")
    press(alice, "Enter")
    expect(charlie.page.locator(".msg .gone")).to_be_visible()


def test_a_person_is_reported_from_their_card(server: Server, visit: Visit, company: Company, room: int) -> None:
    bob = enter(server, visit, company.bob, room)
    bob.show_details("People")
    bob.panel.locator(".person", has_text="Charlie").click()
    bob.dialog("Charlie").get_by_role("button", name="Report…").click()
    form = bob.dialog("Report Charlie")
    expect(form).to_contain_text("Goes to the moderators of this site.")
    form.get_by_label("Insults, threats or harassment").check()
    form.get_by_label("Block Charlie as well").check()
    assert_accessible(bob.page)
    form.get_by_role("button", name="Send report").click()
    expect(bob.page.get_by_text("Thank you.")).to_be_visible()
    (report,) = ask(company.bob, "/api/reports/mine", "GET")["reports"]
    assert (report["person"]["id"], report["message"]) == (company.charlie.id, None)
    assert ask(company.bob, "/api/blocks", "GET")["users"] == [company.charlie.id]


def test_a_refused_report_says_why(server: Server, visit: Visit, company: Company, room: int) -> None:
    bob, charlie = enter(server, visit, company.bob, room), enter(server, visit, company.charlie, room)
    charlie.post(SPAM)
    bob.choose(SPAM, "Report…")
    charlie.choose(SPAM, "Remove…")
    charlie.confirm("Delete your message?", "Delete")
    expect(bob.page.locator(".msg .gone")).to_have_count(1)
    bob.console.expect("status of 409")
    bob.page.get_by_role("button", name="Send report").click()
    expect(bob.dialog("Report this message").get_by_role("alert")).to_have_text("This message was deleted.")
