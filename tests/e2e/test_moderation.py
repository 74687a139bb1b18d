"""Moderators act in the room itself, and everybody concerned sees so at once."""

import re

from playwright.sync_api import Locator, expect

from tests.e2e.conftest import Visit
from tests.e2e.tab import Tab
from tests.e2e.test_keyboard import press, tab_to
from tests.people import Company, Person, add_person, add_room
from tests.services.site import Server


def card(tab: Tab, name: str) -> Locator:
    """The card of a person in the list of the room's people."""
    if not tab.panel.locator("#pane-people").is_visible():
        # A list that is drawn anew under the pointer swallows the click.
        with tab.page.expect_response(re.compile("/members")):
            tab.show_details("People")
    tab.panel.get_by_role("button", name=name).click()
    return tab.page.locator(".card-pop")


def report(person: Person, message: str, *, in_room: int) -> None:
    """Report a message in a room, as its menu does."""
    with person.http() as http:
        page = http.get(f"/api/rooms/{in_room}/messages").json()["messages"]
        [found] = [each["id"] for each in page if each.get("text") == message]
        answer = http.post("/api/reports", json={"category": "spam", "message": found, "note": "Again"})
        answer.raise_for_status()


def test_a_mute_closes_the_composer_and_is_taken_back(alice: Tab, bob: Tab) -> None:
    bob.box.fill("Half a thought")
    mute = card(alice, "Bob").locator(".mute")
    mute.get_by_role("textbox").fill("Second advert today")
    mute.get_by_role("button", name="1 hr").click()
    closed = bob.page.get_by_role("note")
    expect(closed).to_contain_text("You can’t post here until")
    expect(bob.box).to_be_hidden()

    told = alice.page.locator(".toast")
    expect(told).to_contain_text("Bob can’t post here for 1 hour.")
    told.get_by_role("button", name="Undo").click()
    expect(bob.box).to_have_value("Half a thought")
    bob.post("A whole one")


def test_who_is_muted_is_offered_the_end_of_it(company: Company, alice: Tab, bob: Tab) -> None:
    with company.alice.http() as http:
        http.post(
            f"/api/users/{company.bob.id}/mute", json={"minutes": 60, "room": company.general}
        ).raise_for_status()
    expect(bob.box).to_be_hidden()
    card(alice, "Bob").get_by_role("button", name="Unmute").click()
    expect(bob.box).to_be_visible()


def test_members_are_offered_no_act_on_others(server: Server, visit: Visit, company: Company, alice: Tab) -> None:
    # The premise: a moderator is.
    expect(card(alice, "Bob").get_by_role("button", name="Ban from room…")).to_be_visible()
    expect(alice.panel.get_by_role("tab", name="Moderation")).to_be_visible()
    bob = visit(server, company.bob)
    bob.open(company.general)
    buttons = card(bob, "Alice").get_by_role("button")
    expect(buttons).to_have_text(["Send a message", "Report…", "Block…"])
    expect(bob.panel.get_by_role("tab", name="Moderation")).to_be_hidden()
    expect(bob.side.get_by_role("button", name="Reports")).to_be_hidden()


def test_a_moderator_of_one_room_is_offered_what_is_done_there(
    server: Server, visit: Visit, company: Company
) -> None:
    dana = add_person(server.site, f"dana-{company.alice.username[-8:]}")
    harbour = add_room(server.site, "Harbour", members={dana: "moderator", company.bob: "member"})
    tab = visit(server, dana)
    tab.open(harbour)
    offered = card(tab, "Bob")
    expect(offered.get_by_role("button", name="Ban from room…")).to_be_visible()
    expect(offered.get_by_role("button", name="Ban from the site…")).to_be_hidden()
    expect(offered.get_by_role("button", name="Make owner")).to_be_hidden()


def test_a_room_is_locked_and_slowed_down_from_its_details(alice: Tab, bob: Tab) -> None:
    alice.show_details("Moderation")
    lock = alice.panel.get_by_role("switch", name="Lock room")
    lock.check()
    expect(bob.page.get_by_role("note")).to_contain_text("Room locked")
    lock.uncheck()
    expect(bob.box).to_be_visible()
    alice.panel.get_by_role("switch", name="Announcements only").check()
    expect(bob.page.get_by_role("note")).to_contain_text("This room is for announcements")
    alice.panel.get_by_role("switch", name="Announcements only").uncheck()
    alice.panel.get_by_text("6 hr").click()
    expect(bob.page.locator("#slow-hint")).to_have_text("Slow mode: one message every 6 hours")


def test_a_word_rule_is_tried_and_then_applies(company: Company, alice: Tab, bob: Tab) -> None:
    bob.post("Cheap kayak insurance")
    alice.show_details("Moderation")
    rules = alice.panel.locator(".rules")
    rules.get_by_role("textbox", name="Word or phrase").fill("kayak")
    rules.get_by_role("button", name="Try").click()
    expect(rules.get_by_role("status")).to_contain_text("it would have caught 1.")
    expect(rules.get_by_role("status")).to_contain_text("Cheap kayak insurance")
    rules.get_by_role("button", name="Add rule").click()
    expect(rules.get_by_role("listitem")).to_contain_text("Refuse the message")
    bob.type("Another kayak")
    expect(bob.pending("Another kayak")).to_contain_text("Not sent")
    rules.get_by_role("button", name="Remove the rule kayak").click()
    expect(rules.get_by_role("listitem")).to_have_count(0)
    bob.type("A third kayak")
    expect(alice.message("A third kayak")).to_be_visible()


def test_a_ban_takes_the_room_and_the_messages_at_once(
    server: Server, visit: Visit, company: Company, alice: Tab, bob: Tab
) -> None:
    with company.charlie.http() as http:
        http.post(f"/api/rooms/{company.general}/join", json={}).raise_for_status()
    charlie = visit(server, company.charlie)
    charlie.open(company.general)
    charlie.post("Cheap kayak insurance")
    expect(bob.message("Cheap kayak insurance")).to_be_visible()

    card(alice, "Charlie").get_by_role("button", name="Ban from room…").click()
    dialog = alice.dialog("Ban Charlie from this room?")
    # Without a reason nothing is done.
    dialog.get_by_role("button", name="Ban", exact=True).click()
    dialog.get_by_label("Reason").fill("Advertising")
    dialog.get_by_label("For how long").select_option("1 day")
    dialog.get_by_label("Their messages").select_option("Remove those of the last hour")
    dialog.get_by_role("button", name="Ban", exact=True).click()

    expect(charlie.row("General")).to_have_count(0)
    expect(charlie.message("Cheap kayak insurance")).to_have_count(0)
    expect(bob.page.locator(".msg .gone")).to_have_count(1)
    expect(bob.message("Cheap kayak insurance")).to_have_count(0)
    expect(alice.page.locator(".toast")).to_have_text("Charlie is banned. 1 message removed.")


def test_reports_are_counted_live_and_decided(company: Company, alice: Tab, bob: Tab) -> None:
    row = alice.side.get_by_role("button", name="Reports")
    alice.post("A plain start")
    bob.post("Cheap kayak insurance")
    bob.post("What a day")
    alice.show_details("Moderation")
    expect(alice.panel.get_by_text("Nothing waits in this room.")).to_be_visible()
    report(company.charlie, "Cheap kayak insurance", in_room=company.general)
    expect(row.locator(".badge")).to_contain_text(re.compile(r"\d+ waiting"))
    expect(alice.panel.get_by_text("1 open")).to_be_visible()

    alice.panel.get_by_role("button", name=re.compile("Reports")).click()
    queue = alice.dialog("Reports in General")
    queue.get_by_role("button", name="Cheap kayak insurance").click()
    opened = alice.dialog("Report")
    expect(opened.get_by_role("article")).to_contain_text(["A plain start", "Cheap kayak insurance", "What a day"])
    expect(opened.get_by_role("listitem")).to_contain_text(["Spam or advertisingAgain"])
    opened.get_by_role("button", name="Take on").click()
    expect(opened.get_by_text("In progress · Alice")).to_be_visible()
    opened.get_by_role("button", name="Remove message").click()
    expect(bob.message("Cheap kayak insurance")).to_have_count(0)
    expect(opened.get_by_role("button", name="Restore message")).to_be_visible()
    opened.get_by_role("button", name="Mute for 1 hr").click()
    expect(bob.box).to_be_hidden()
    opened.get_by_role("button", name="Undo").click()
    expect(bob.box).to_be_visible()
    opened.get_by_label("Outcome").fill("We removed it.")
    opened.get_by_role("button", name="Resolve").click()

    expect(alice.dialog("Reports in General").get_by_text("Nothing here.")).to_be_visible()
    queue.get_by_role("radio", name="Resolved").check(force=True)
    expect(queue.get_by_role("button", name="Cheap kayak insurance")).to_be_visible()
    expect(alice.panel.get_by_text("1 open")).to_be_hidden()
    with company.charlie.http() as http:
        [own] = http.get("/api/reports/mine").json()["reports"]
    assert (own["state"], own["outcome"]) == ("resolved", "We removed it.")


def test_notes_and_history(company: Company, alice: Tab, bob: Tab) -> None:
    card(alice, "Bob").get_by_role("button", name="Warn…").click()
    dialog = alice.dialog("Warn Bob")
    dialog.get_by_label("Reason").fill("Please stay on topic")
    dialog.get_by_role("button", name="Warn", exact=True).click()
    expect(dialog).to_be_hidden()
    card(alice, "Bob").get_by_role("button", name="Notes and history").click()
    history = alice.dialog("Notes and history: Bob")
    expect(history.get_by_text("Please stay on topic")).to_be_visible()
    history.get_by_label("New note").fill("Talked to him")
    history.get_by_role("button", name="Add note").click()
    expect(history.get_by_role("listitem").filter(has_text="Talked to him")).to_be_visible()


def test_what_is_refused_is_told_in_the_dialog(server: Server, company: Company, alice: Tab) -> None:
    card(alice, "Bob").get_by_role("button", name="Ban from the site…").click()
    dialog = alice.dialog("Ban Bob from the site?")
    dialog.get_by_label("Reason").fill("Spam")
    # Meanwhile another owner has made them an equal.
    server.site.call(make_owner, company.bob.id)
    alice.console.expect("status of 403")
    dialog.get_by_role("button", name="Ban", exact=True).click()
    expect(dialog.get_by_role("alert")).to_have_text("Nobody acts on a person of an equal or higher role.")


def make_owner(user: int) -> None:
    from chat.models import User

    User.objects.filter(pk=user).update(is_superuser=True, is_staff=True)


def test_by_keyboard_alone(company: Company, alice: Tab, bob: Tab) -> None:
    tab_to(alice, alice.head.get_by_role("button", name="Room details"))
    press(alice, "Enter")
    tab_to(alice, alice.panel.get_by_role("tab", name="People"))
    tab_to(alice, alice.panel.get_by_role("button", name="Bob"))
    press(alice, "Enter")
    tab_to(alice, alice.page.locator(".card-pop").get_by_role("button", name="10 min"))
    press(alice, "Enter")
    expect(bob.box).to_be_hidden()

    alice.panel.get_by_role("tab", name="People").focus()
    press(alice, "ArrowLeft")
    expect(alice.panel.get_by_role("tab", name="Moderation")).to_be_focused()
    tab_to(alice, alice.panel.get_by_role("switch", name="Lock room"))
    press(alice, "Space")
    expect(alice.panel.get_by_role("switch", name="Lock room")).to_be_checked()
