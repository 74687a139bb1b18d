"""A room is locked, slowed down and kept for announcements, and who is in it sees so at once."""

import re
from typing import Any

from playwright.sync_api import expect

from tests.e2e.tab import Tab
from tests.people import Company


def restrict(company: Company, **body: Any) -> None:
    with company.alice.http() as http:
        http.patch(f"/api/rooms/{company.general}/moderation", json=body).raise_for_status()


def test_a_locked_room_shows_why_and_opens_again(company: Company, alice: Tab, bob: Tab) -> None:
    bob.box.fill("Half a thought")
    closed = bob.page.get_by_role("note")
    for measure, words in (("locked", "Room locked"), ("announcements", "This room is for announcements")):
        expect(bob.box).to_be_visible()
        restrict(company, **{measure: True})
        expect(closed).to_contain_text(words)
        expect(bob.box).to_be_hidden()
        alice.post(f"I still can: {measure}")
        expect(bob.message(f"I still can: {measure}")).to_be_visible()
        restrict(company, **{measure: False})
        expect(closed).to_be_hidden()
    expect(bob.box).to_have_value("Half a thought")
    bob.post("A whole one")


def test_slow_mode_counts_down(company: Company, alice: Tab, bob: Tab) -> None:
    hint = bob.page.locator("#slow-hint")
    send = bob.page.get_by_role("button", name="Send", exact=True)
    restrict(company, slow_mode=21600)
    expect(hint).to_have_text("Slow mode: one message every 6 hours")
    bob.post("One")
    expect(send).to_have_text(re.compile(r"5:59:\d\d"))
    expect(send).to_have_attribute("aria-disabled", "true")
    for text in ("One", "Two"):
        alice.post(f"Moderators do not wait: {text}")
    bob.type("Too early")
    expect(bob.box).to_have_value("Too early")
    restrict(company, slow_mode=20)
    expect(hint).to_have_text("Slow mode: one message every 20 seconds")
    # No event tells that the time is over.
    expect(send).to_have_text("")
    bob.box.press("Enter")
    expect(alice.message("Too early")).to_be_visible()
    expect(send).to_have_text(re.compile(r"0:\d\d"))
    restrict(company, slow_mode=0)
    expect(hint).to_be_hidden()
    bob.post("As fast as I like")
    bob.post("Again")
