"""What waits for a reader: counts, mentions, the divider, the title of the tab."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.tab import Tab
from tests.people import Company, add_room
from tests.services.site import Server


@pytest.fixture
def harbour(server: Server, company: Company) -> int:
    """A second room, which nobody looks at."""
    return add_room(server.site, "Harbour", members={company.alice: "owner", company.bob: "member"})


def test_a_room_not_on_screen_counts_until_it_is_read(harbour: int, alice: Tab, bob: Tab) -> None:
    alice.go_to("Harbour")
    alice.post("one")
    alice.post("two")
    badge = bob.row("Harbour").locator(".badge")
    expect(badge).to_contain_text("2 unread")
    expect(bob.row("Harbour")).to_have_class(re.compile("is-unread"))
    expect(bob.page).to_have_title(re.compile(r"^General · "))

    bob.go_to("Harbour")
    expect(bob.log.get_by_role("separator", name="New messages")).to_be_visible()
    expect(badge).to_have_count(0)
    bob.page.reload()
    bob.loaded()
    expect(bob.message("two")).to_be_visible()
    expect(badge).to_have_count(0)
    expect(bob.log.get_by_role("separator", name="New messages")).to_have_count(0)


def test_a_mention_is_marked_counted_and_in_the_title(
    harbour: int, company: Company, alice: Tab, bob: Tab
) -> None:
    alice.go_to("Harbour")
    alice.type(f"@{company.bob.username} your boat floats")
    expect(bob.row("Harbour").locator(".badge-mention")).to_contain_text("1 mention")
    expect(bob.page).to_have_title(re.compile(r"^\(1\) General · "))
    bob.go_to("Harbour")
    message = bob.message("your boat floats")
    expect(message).to_have_class(re.compile("is-mention"))
    expect(message.locator(".mention.is-me")).to_be_visible()
    expect(bob.page).to_have_title(re.compile(r"^Harbour · "))
    # For its author it is an ordinary message.
    expect(alice.message("your boat floats")).not_to_have_class(re.compile("is-mention"))


def test_a_name_is_suggested_while_it_is_typed(company: Company, alice: Tab, bob: Tab) -> None:
    bob.post("I am here")
    alice.box.press_sequentially(f"Hello @{company.bob.username[:7]}")
    alice.page.get_by_role("option", name="Bob").first.click()
    expect(alice.box).to_have_value(f"Hello @{company.bob.username} ")
    alice.box.press("Enter")
    expect(bob.message("Hello").locator(".mention.is-me")).to_be_visible()


def test_marked_unread_from_a_message_on(harbour: int, alice: Tab, bob: Tab) -> None:
    alice.post("first")
    alice.post("second")
    alice.post("third")
    bob.choose("second", "Mark unread from here")
    bob.go_to("Harbour")
    expect(bob.row("General").locator(".badge")).to_contain_text("2 unread")
    bob.go_to("General")
    divider = bob.log.get_by_role("separator", name="New messages")
    expect(divider).to_be_visible()
    assert divider.evaluate("line => line.nextElementSibling.innerText").endswith("second")


def test_a_room_that_says_nothing_keeps_quiet(harbour: int, alice: Tab, bob: Tab) -> None:
    bob.go_to("Harbour")
    bob.show_details("About")
    with bob.page.expect_response(lambda answer: answer.url.endswith("/me")):
        bob.panel.get_by_text("Nothing", exact=True).click()
    bob.go_to("General")
    alice.go_to("Harbour")
    alice.post("louder")
    alice.go_to("General")
    alice.post("the last one")
    expect(bob.message("the last one")).to_be_visible()
    expect(bob.row("Harbour").locator(".badge")).to_have_count(0)
    expect(bob.row("Harbour")).to_contain_text("muted")


def test_a_direct_message_counts_in_the_title(visit: Visit, server: Server, company: Company, bob: Tab) -> None:
    pair = add_room(server.site, "", "direct", members={company.alice: "member", company.bob: "member"})
    alice = visit(server, company.alice)
    alice.open(pair)
    alice.post("psst")
    bob.page.reload()
    expect(bob.page).to_have_title(re.compile(r"^\(1\) General · "))
    bob.go_to("Alice")
    expect(bob.message("psst")).to_be_visible()
    expect(bob.page).to_have_title(re.compile(r"^Alice · "))
