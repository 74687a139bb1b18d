"""Everything without a pointer: no test here clicks."""

import re

from playwright.sync_api import Locator, expect

from tests.cast import PASSWORD
from tests.e2e.conftest import Visit
from tests.e2e.tab import Tab
from tests.people import Company, add_room
from tests.services.site import Server


def press(tab: Tab, *keys: str) -> None:
    for key in keys:
        tab.page.keyboard.press(key)


def tab_to(tab: Tab, goal: Locator) -> None:
    """Press Tab until the goal has the focus, as one does who sees the ring move."""
    for _ in range(30):
        if goal.evaluate("node => node === document.activeElement"):
            return
        press(tab, "Tab")
    raise AssertionError(f"Tab never reaches {goal}")


def test_signing_in(server: Server, visit: Visit, company: Company) -> None:
    alice = visit(server)
    alice.page.goto(f"/rooms/{company.general}/")
    expect(alice.page.get_by_label("Email or user name")).to_be_focused()
    alice.page.keyboard.type(company.alice.username)
    tab_to(alice, alice.page.get_by_label("Password", exact=True))
    alice.page.keyboard.type(PASSWORD)
    press(alice, "Enter")
    expect(alice.title("General")).to_be_visible()
    expect(alice.box).to_be_focused()
    alice.page.keyboard.type("by hand")
    press(alice, "Shift+Enter")
    alice.page.keyboard.type("on two lines")
    press(alice, "Enter")
    expect(alice.message("on two lines").locator("br")).to_have_count(1)


def test_changing_rooms(server: Server, company: Company, alice: Tab) -> None:
    add_room(server.site, "Harbour", members={company.alice: "owner"})
    alice.page.reload()
    expect(alice.row("Harbour")).to_be_visible()
    press(alice, "Alt+ArrowDown")
    expect(alice.title("Harbour")).to_be_visible()
    press(alice, "Alt+ArrowUp")
    expect(alice.title("General")).to_be_visible()

    press(alice, "Control+k")
    switcher = alice.dialog("Jump to a room or person")
    expect(switcher.get_by_role("combobox")).to_be_focused()
    alice.page.keyboard.type("harb")
    expect(switcher.get_by_role("option")).to_have_count(1)
    press(alice, "Enter")
    expect(alice.title("Harbour")).to_be_visible()
    expect(switcher).to_be_hidden()
    expect(alice.box).to_be_focused()

    press(alice, "Control+k")
    alice.page.keyboard.type("zzz")
    expect(switcher.get_by_role("status")).to_have_text("No room and nobody fits.")
    press(alice, "Backspace", "Backspace", "Backspace")
    expect(switcher.get_by_role("option")).to_have_count(2)
    expect(switcher.get_by_role("status")).to_be_empty()
    press(alice, "Escape")
    expect(switcher).to_be_hidden()
    expect(alice.box).to_be_focused()


def test_meeting_a_person_through_the_switcher(company: Company, alice: Tab) -> None:
    press(alice, "Control+k")
    alice.page.keyboard.type(company.bob.username)
    expect(alice.dialog("Jump to a room or person").get_by_role("option")).to_have_count(1)
    press(alice, "Enter")
    expect(alice.title("Bob")).to_be_visible()


def test_dialogs_that_ask_for_people_await_a_name(company: Company, alice: Tab) -> None:
    alice.show_details("People")
    alice.panel.get_by_role("button", name="Add people").press("Enter")
    expect(alice.dialog("Add people").get_by_role("combobox", name="Who")).to_be_focused()
    press(alice, "Escape")
    alice.side.get_by_role("button", name="New message").first.press("Enter")
    to = alice.dialog("New message").get_by_role("combobox", name="To")
    expect(to).to_be_focused()
    alice.page.keyboard.type(company.bob.username)
    expect(alice.dialog("New message").get_by_role("option")).to_have_count(1)
    press(alice, "Enter")
    expect(to).to_be_focused()
    press(alice, "Enter")
    expect(alice.title("Bob")).to_be_visible()


def test_acting_on_a_message(alice: Tab, bob: Tab) -> None:
    bob.post("Coffee?")
    expect(alice.message("Coffee?")).to_be_visible()
    press(alice, "Shift+F6", "ArrowUp")
    expect(alice.message("Coffee?")).to_be_focused()
    press(alice, "r")
    expect(alice.box).to_be_focused()
    alice.page.keyboard.type("Always")
    press(alice, "Enter")
    expect(bob.message("Always").locator(".quote-line")).to_contain_text("Coffee?")

    press(alice, "Shift+F6", "ArrowUp")
    expect(alice.message("Always")).to_be_focused()
    press(alice, "e")
    expect(alice.page.get_by_label("Edit message")).to_be_focused()
    alice.page.keyboard.type(" and ever")
    press(alice, "Enter")
    expect(bob.message("Always and ever")).to_be_visible()
    expect(alice.message("Always and ever")).to_be_focused()

    press(alice, "ArrowUp")
    expect(alice.message("Coffee?")).to_be_focused()
    press(alice, "+")
    expect(alice.dialog("Choose an emoji").get_by_role("button", name="👍")).to_be_focused()
    press(alice, "Tab", "Enter")
    expect(bob.reaction("Coffee?", "👎")).to_be_visible()

    press(alice, "p")
    bob.show_details("Pinned")
    expect(bob.panel.locator(".pin")).to_contain_text("Coffee?")

    expect(alice.message("Coffee?")).to_be_focused()
    press(alice, "ArrowDown", "Delete")
    expect(alice.dialog("Delete your message?")).to_be_visible()
    tab_to(alice, alice.dialog("Delete your message?").get_by_role("button", name="Delete"))
    press(alice, "Enter")
    expect(bob.page.locator(".msg .gone")).to_be_visible()


def test_editing_the_last_message_from_the_empty_box(alice: Tab, bob: Tab) -> None:
    alice.post("teh end")
    press(alice, "ArrowUp")
    field = alice.page.get_by_label("Edit message")
    expect(field).to_be_focused()
    press(alice, "ControlOrMeta+a")
    alice.page.keyboard.type("the end")
    press(alice, "Escape")
    expect(field).to_have_count(0)
    expect(alice.message("teh end")).to_be_visible()
    tab_to(alice, alice.box)
    press(alice, "ArrowUp", "ControlOrMeta+a")
    alice.page.keyboard.type("the end")
    press(alice, "Enter")
    expect(bob.message("the end")).to_be_visible()


def test_the_order_of_escape(alice: Tab, bob: Tab) -> None:
    """First what is open, then the reply, then back to the latest message."""
    bob.post("far above")
    for number in range(40):
        bob.type(f"filler {number}")
    expect(alice.message("filler 39")).to_be_visible()
    press(alice, "Shift+F6", "ArrowUp", "r")
    expect(alice.page.get_by_text("Replying to Bob")).to_be_visible()
    press(alice, "Control+k")
    expect(alice.dialog("Jump to a room or person")).to_be_visible()
    press(alice, "Escape")
    expect(alice.dialog("Jump to a room or person")).to_be_hidden()
    expect(alice.page.get_by_text("Replying to Bob")).to_be_visible()
    press(alice, "Escape")
    expect(alice.page.get_by_text("Replying to Bob")).to_be_hidden()

    press(alice, "Shift+F6", "Home")
    # Not the very top: the room's beginning may be drawn above it only now.
    expect(alice.message("far above")).to_be_in_viewport()
    press(alice, "Escape")
    expect(alice.message("filler 39")).to_be_in_viewport()
    expect(alice.box).to_be_focused()


def test_letters_typed_elsewhere_do_nothing(alice: Tab, bob: Tab) -> None:
    """Single letters act on a message only that the keyboard went to."""
    alice.post("Keep me")
    alice.message("Keep me").locator(".msg-body").click()
    press(alice, "p", "Delete", "e")
    expect(alice.page.get_by_label("Edit message")).to_have_count(0)
    expect(alice.page.get_by_role("dialog")).to_have_count(0)
    alice.post("Still there")
    expect(alice.message("Keep me")).to_be_visible()


def test_walking_the_regions(alice: Tab) -> None:
    alice.show_details("People")
    alice.box.focus()
    for region in (alice.panel, alice.side, alice.log, alice.page.locator(".composer")):
        press(alice, "F6")
        expect(region.and_(alice.page.locator(":focus")).or_(region.locator(":focus"))).to_have_count(1)


def test_the_skip_link_leads_to_the_box(alice: Tab) -> None:
    skip = alice.page.get_by_role("link", name="Skip to the message box")
    skip.focus()
    expect(skip).to_be_in_viewport()
    press(alice, "Enter")
    expect(alice.box).to_be_focused()
    expect(alice.page).to_have_url(re.compile("#box$"))
