"""Whom one blocks is not heard, and who goes for good is a former member to all, at once."""

import json
import re
import zipfile

from playwright.sync_api import expect

from tests.cast import PASSWORD
from tests.e2e.conftest import Visit
from tests.e2e.tab import Tab
from tests.people import Company
from tests.services.site import Server


def block(tab: Tab, name: str) -> None:
    tab.show_details("People")
    tab.panel.locator(".person", has_text=name).click()
    tab.dialog(name).get_by_role("button", name="Block…").click()
    tab.confirm(f"Block {name}?", "Block")


def test_a_blocked_person_is_folded_and_hears_nothing_of_it(
    server: Server, visit: Visit, company: Company, alice: Tab, bob: Tab
) -> None:
    alice.post("Buy my boat")
    expect(bob.message("Buy my boat")).to_be_visible()
    sofa = visit(server, company.bob.in_another_session())
    sofa.open(company.general)
    block(bob, "Alice")
    for tab in (bob, sofa):
        expect(tab.message("Buy my boat")).to_have_count(0)
        expect(tab.page.get_by_text("Message from someone you blocked.")).to_be_visible()
    alice.post("It floats")
    expect(bob.page.get_by_role("button", name="Show", exact=True)).to_have_count(2)
    bob.page.get_by_role("button", name="Show", exact=True).first.click()
    expect(bob.message("Buy my boat").locator(".msg-author")).to_have_text("Alice")
    expect(bob.page.get_by_role("button", name="Show", exact=True)).to_have_count(1)
    bob.page.goto("/accounts/profile/")
    bob.page.get_by_role("button", name="Unblock Alice").click()
    expect(bob.page.get_by_role("heading", name="People you blocked")).to_have_count(0)
    expect(sofa.message("It floats")).to_be_visible()


def test_between_two_a_block_closes_the_conversation(alice: Tab, bob: Tab) -> None:
    alice.show_details("People")
    alice.panel.locator(".person", has_text="Bob").click()
    alice.dialog("Bob").get_by_role("button", name="Send a message").click()
    expect(alice.title("Bob")).to_be_visible()
    alice.loaded()
    alice.post("Psst")
    bob.go_to("Alice")
    bob.message("Psst").locator(".msg-author").click()
    bob.dialog("Alice").get_by_role("button", name="Block…").click()
    bob.confirm("Block Alice?", "Block")
    expect(bob.page.get_by_text("You blocked Alice")).to_be_visible()
    expect(bob.box).to_be_hidden()
    alice.type("Are you there?")
    expect(alice.pending("Are you there?")).to_contain_text("You cannot write to this person.")
    bob.page.get_by_role("button", name="Unblock").click()
    bob.post("Yes")
    expect(alice.message("Yes")).to_be_visible()


def test_data_is_taken_along_and_an_account_goes(
    server: Server, visit: Visit, company: Company, alice: Tab
) -> None:
    bob, phone = visit(server, company.bob), visit(server, company.bob.in_another_session())
    phone.open(company.general)
    bob.open(company.general)
    bob.post("Farewell")
    expect(alice.message("Farewell").locator(".msg-author")).to_have_text("Bob")
    bob.page.goto("/accounts/profile/")
    with bob.page.expect_download() as download:
        bob.page.get_by_role("button", name="Export your data").click()
    with zipfile.ZipFile(download.value.path()) as archive:
        assert [row["text"] for row in json.loads(archive.read("messages.json"))] == ["Farewell"]
    bob.page.get_by_role("link", name="Delete your account…").click()
    bob.page.get_by_label("Your password").fill(PASSWORD)
    bob.page.get_by_role("button", name="Delete my account for good").click()
    expect(bob.page.get_by_text("Your account is deleted.")).to_be_visible()
    expect(phone.page).to_have_url(re.compile("/accounts/"))
    expect(alice.message("Farewell").locator(".msg-author")).to_have_text("Former member")
    alice.message("Farewell").locator(".msg-author").click()
    expect(alice.dialog("Former member").get_by_role("button")).to_have_count(0)
