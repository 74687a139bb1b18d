"""On a phone the list and the room are two views, and a finger does what a pointer does elsewhere."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.tab import Tab
from tests.people import Company, add_room
from tests.services.site import Server

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def alice(server: Server, visit: Visit, company: Company) -> Tab:
    """Alice with a phone in her hand."""
    add_room(server.site, "Harbour", members={company.alice: "owner", company.bob: "member"})
    tab = visit(server, company.alice, **PHONE)
    tab.open(company.general)
    return tab


def test_list_and_room_are_two_views(alice: Tab) -> None:
    expect(alice.title("General")).to_be_visible()
    expect(alice.side).to_be_hidden()
    alice.head.get_by_role("link", name="All rooms").tap()
    expect(alice.side).to_be_visible()
    expect(alice.log).to_be_hidden()
    alice.page.reload()
    expect(alice.side).to_be_visible()
    expect(alice.log).to_be_hidden()
    alice.row("Harbour").tap()
    expect(alice.title("Harbour")).to_be_visible()
    expect(alice.side).to_be_hidden()
    alice.page.go_back()
    expect(alice.side).to_be_visible()
    alice.page.go_forward()
    expect(alice.title("Harbour")).to_be_visible()


def test_posting_by_thumb(alice: Tab, bob: Tab) -> None:
    alice.box.tap()
    alice.box.press_sequentially("first line")
    alice.box.press("Enter")
    alice.box.press_sequentially("second line")
    alice.page.get_by_role("button", name="Send").tap()
    expect(bob.message("first line")).to_contain_text("second line")
    bob.post("Got it")
    expect(alice.message("Got it")).to_be_in_viewport()


def test_a_resting_finger_opens_what_can_be_done(alice: Tab, bob: Tab) -> None:
    alice.box.fill("hold me")
    alice.page.get_by_role("button", name="Send").tap()
    expect(alice.message("hold me")).to_be_visible()
    finger = {"pointerType": "touch", "isPrimary": True, "bubbles": True, "clientX": 100, "clientY": 300}
    alice.message("hold me").locator(".msg-body").dispatch_event("pointerdown", finger)
    sheet = alice.dialog("Message actions")
    sheet.get_by_role("button", name="React with 👍").tap()
    expect(bob.reaction("hold me", "👍")).to_be_visible()
    expect(sheet).to_be_hidden()


def test_nothing_is_wider_than_the_screen(alice: Tab) -> None:
    alice.box.fill("W" * 400 + "\n\n```\n" + "x" * 300 + "\n```\n\n| " + " | ".join("column" for _ in range(20)))
    alice.page.get_by_role("button", name="Send").tap()
    expect(alice.message("WWW")).to_be_visible()
    alice.show_details("People")
    for view in ("room", "list"):
        if view == "list":
            alice.panel.get_by_role("button", name="Close details").tap()
            alice.head.get_by_role("link", name="All rooms").tap()
        assert alice.page.evaluate("document.documentElement.scrollWidth") <= 390


def test_editing_by_thumb_names_no_keys(alice: Tab) -> None:
    """There Enter is a new line, and nothing is called Esc."""
    alice.box.fill("a slip")
    alice.page.get_by_role("button", name="Send").tap()
    finger = {"pointerType": "touch", "isPrimary": True, "bubbles": True, "clientX": 100, "clientY": 300}
    alice.message("a slip").locator(".msg-body").dispatch_event("pointerdown", finger)
    alice.dialog("Message actions").get_by_role("menuitem", name="Edit").tap()
    expect(alice.page.get_by_role("textbox", name="Edit message")).to_be_focused()
    expect(alice.page.get_by_role("button", name="Save")).to_be_visible()
    expect(alice.page.get_by_text("to save,")).to_be_hidden()
