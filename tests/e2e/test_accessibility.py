"""axe-core finds nothing serious on any page, dialog or popover, light and dark, on a desk and on a phone."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.axe import assert_accessible
from tests.e2e.conftest import Visit
from tests.e2e.tab import Tab
from tests.e2e.test_phone import PHONE
from tests.people import Company, add_room
from tests.services.site import NewSite, Server

LOOKS: dict[str, dict[str, Any]] = {"desk": {}, "phone": PHONE}
looks = pytest.mark.parametrize("look", LOOKS)


def test_the_checker_finds_what_is_wrong(server: Server, visit: Visit, company: Company) -> None:
    tab = visit(server)
    tab.page.goto("/accounts/login/")
    tab.page.get_by_role("button", name="Sign in").evaluate("button => button.replaceChildren()")
    with pytest.raises(AssertionError, match="button-name"):
        assert_accessible(tab.page)


@looks
def test_pages_for_strangers(server: Server, visit: Visit, company: Company, look: str) -> None:
    with company.alice.http() as http:
        http.post("/invites/", data={"goal": "site", "csrfmiddlewaretoken": company.alice.cookies["csrftoken"]})
    owner = visit(server, company.alice)
    owner.page.goto("/invites/")
    invite = owner.page.get_by_label("Link to").first.input_value()

    tab = visit(server, **LOOKS[look])
    tab.console.expect("status of 4")
    for path in ("/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/no-such-page/", invite):
        tab.page.goto(path)
        assert_accessible(tab.page)
    tab.page.get_by_role("button", name="Create an account").click()
    tab.page.get_by_label("User name").fill(company.bob.username)
    tab.page.get_by_label("Email").fill("somebody@example.org")
    tab.page.get_by_label("Password", exact=True).fill("short")
    tab.page.get_by_label("Password (again)").fill("shorter")
    tab.page.get_by_role("button", name="Create account").click()
    expect(tab.page.locator(".error").first).to_be_visible()
    assert_accessible(tab.page)


@looks
def test_pages_of_an_account(server: Server, visit: Visit, company: Company, look: str) -> None:
    tab = visit(server, company.alice, **LOOKS[look])
    for path in ("/accounts/profile/", "/invites/", "/accounts/password/change/", "/accounts/logout/"):
        tab.page.goto(path)
        assert_accessible(tab.page)


def test_the_set_up(new_site: NewSite, visit: Visit) -> None:
    with new_site() as site, site.serve() as server:
        for options in LOOKS.values():
            tab = visit(server, **options)
            tab.page.goto("/setup/")
            assert_accessible(tab.page)


def test_a_lively_room(server: Server, visit: Visit, company: Company, bob: Tab) -> None:
    tabs = [visit(server, company.alice, **options) for options in LOOKS.values()]
    for tab in tabs:
        tab.open(company.general)
    bob.post("A plain start")
    bob.type(f"@{company.alice.username} look: `code`, [a link](https://example.org), ~~not this~~\n\n> quoted")
    bob.type("```python\ndef tide(hour: int) -> float:\n    return 2.5  # metres\n```")
    bob.type("| port | depth |\n|---|---|\n| Turku | 9 |")
    bob.post("这里的潮水很安静。")
    bob.act("A plain start", "React with 👍")
    bob.act("A plain start", "Reply")
    bob.post("An answer")
    bob.post("To be gone")
    bob.choose("To be gone", "Remove…")
    bob.confirm("Delete your message?", "Delete")
    # A page that has just told of typing keeps quiet about it for a while.
    bob.page.reload()
    bob.box.press_sequentially("…")
    for tab in tabs:
        expect(tab.page.locator(".msg .gone")).to_be_visible()
        expect(tab.message("这里的潮水很安静。")).to_be_visible()
    expect(tabs[0].page.get_by_text("Bob is typing…")).to_be_visible()
    for tab in tabs:
        assert_accessible(tab.page)


def open_dialog(button: str, dialog: str) -> Callable[[Tab], None]:
    def opened(tab: Tab) -> None:
        tab.side.get_by_role("button", name=button).first.click()
        expect(tab.dialog(dialog)).to_be_visible()

    return opened


def browse(tab: Tab) -> None:
    open_dialog("Browse rooms", "Browse rooms")(tab)
    expect(tab.dialog("Browse rooms").get_by_role("button", name="Join: Elsewhere").first).to_be_visible()


def switch(tab: Tab) -> None:
    tab.page.keyboard.press("Control+k")
    tab.page.keyboard.type("b")
    expect(tab.page.get_by_role("option").filter(has_text="@bob").first).to_be_visible()


def show_tab(name: str) -> Callable[[Tab], None]:
    return lambda tab: tab.show_details(name)


def choose_emoji(tab: Tab) -> None:
    tab.act("Something to act on", "Add a reaction")
    expect(tab.dialog("Choose an emoji")).to_be_visible()


def open_menu(tab: Tab) -> None:
    tab.act("Something to act on", "More actions")
    expect(tab.page.get_by_role("menu", name="Message")).to_be_visible()


def ask(tab: Tab) -> None:
    tab.choose("Something to act on", "Remove…")
    expect(tab.dialog("Delete your message?")).to_be_visible()


def edit(tab: Tab) -> None:
    tab.act("Something to act on", "Edit")
    expect(tab.page.get_by_label("Edit message")).to_be_visible()


def show_card(tab: Tab) -> None:
    tab.message("Something to act on").locator(".msg-author").click()
    expect(tab.page.locator(".card-pop")).to_be_visible()


def show_history(tab: Tab) -> None:
    tab.page.locator(".msg-author").last.click()
    tab.page.locator(".card-pop").get_by_role("button", name="Notes and history").click()
    expect(tab.dialog("Notes and history").get_by_text("No notes yet.")).to_be_visible()


def ask_for_a_ban(tab: Tab) -> None:
    tab.page.locator(".msg-author").last.click()
    tab.page.locator(".card-pop").get_by_role("button", name="Ban from room…").click()
    expect(tab.dialog("from this room?")).to_be_visible()


def show_reports(tab: Tab) -> None:
    tab.side.get_by_role("button", name="Reports").click()
    expect(tab.dialog("Reports").get_by_role("button", name="Something to report")).to_be_visible()


def show_report(tab: Tab) -> None:
    show_reports(tab)
    tab.dialog("Reports").get_by_role("button", name="Something to report").click()
    expect(tab.dialog("Report").get_by_role("article").first).to_be_visible()


def show_menu(button: str) -> Callable[[Tab], None]:
    return lambda tab: tab.side.get_by_role("button", name=button).click()


OVERLAYS: tuple[Callable[[Tab], None], ...] = (
    browse,
    open_dialog("New room", "New room"),
    open_dialog("New message", "New message"),
    switch,
    show_tab("People"),
    show_tab("Pinned"),
    show_tab("About"),
    show_tab("Moderation"),
    choose_emoji,
    open_menu,
    ask,
    edit,
    show_card,
    show_history,
    ask_for_a_ban,
    show_reports,
    show_report,
    show_menu("site menu"),
    show_menu("Your menu"),
)


def test_whatever_opens_over_a_room(server: Server, visit: Visit, company: Company) -> None:
    add_room(server.site, "Elsewhere", members={company.bob: "owner"})
    tab = visit(server, company.alice)
    tab.open(company.general)
    tab.post("Something to act on")
    tab.choose("Something to act on", "Pin to room")
    with company.bob.http() as http:
        answer = http.post(
            f"/api/rooms/{company.general}/messages", json={"ref": "1", "text": "Something to report"}
        )
    with company.charlie.http() as http:
        http.post("/api/reports", json={"category": "spam", "message": answer.json()["id"]}).raise_for_status()
    for opened in OVERLAYS:
        tab.open(company.general)
        expect(tab.message("Something to act on")).to_be_visible()
        opened(tab)
        assert_accessible(tab.page)


def test_the_list_of_a_phone(server: Server, visit: Visit, company: Company) -> None:
    tab = visit(server, company.alice, **PHONE)
    tab.open(company.general)
    tab.head.get_by_role("link", name="All rooms").tap()
    expect(tab.row("General")).to_be_visible()
    assert_accessible(tab.page)
