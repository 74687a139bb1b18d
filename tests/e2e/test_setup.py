"""From an empty site to two people talking, as it goes on the first day."""

import re

from playwright.sync_api import expect

from tests.cast import PASSWORD
from tests.e2e.conftest import Visit
from tests.e2e.tab import Tab
from tests.services.site import NewSite


def test_the_first_visitor_sets_the_site_up_and_invites_the_second(new_site: NewSite, visit: Visit) -> None:
    with new_site() as site, site.serve() as server:
        alice, bob = visit(server), visit(server)
        assert_nobody_can_sign_in(bob)
        alice.page.goto("/")
        expect(alice.page).to_have_url(f"{server.url}/setup/")
        set_up(alice)
        expect(alice.page.get_by_role("heading", name="Welcome to Estuary, Alice Aalto")).to_be_visible()
        expect(alice.title("General")).to_be_visible()
        assert bob.page.request.get("/setup/").status == 404

        join_by_invite(bob, make_invite(alice))
        expect(bob.title("General")).to_be_visible()
        alice.page.get_by_role("link", name="Back to the rooms").click()
        alice.post("Welcome, Bob")
        expect(bob.message("Welcome, Bob")).to_be_visible()
        bob.post("Glad to be here")
        expect(alice.message("Glad to be here")).to_be_visible()


def assert_nobody_can_sign_in(tab: Tab) -> None:
    """No account comes with the site: signing in, by whichever page, leads to the set-up."""
    for path in ("/accounts/login/", "/rooms/1/", "/admin/"):
        tab.page.goto(path)
        expect(tab.page).to_have_url(re.compile("/setup/$"))


def set_up(tab: Tab) -> None:
    tab.page.get_by_label("Site name").fill("Estuary")
    tab.page.get_by_label("Your name").fill("Alice Aalto")
    fill_account(tab, "alice")
    tab.page.get_by_role("button", name="Create site and owner account").click()


def make_invite(tab: Tab) -> str:
    tab.page.get_by_role("button", name="Estuary, site menu").click()
    tab.page.get_by_role("menuitem", name="Invite people").click()
    tab.page.get_by_role("button", name="Make a link").click()
    return tab.page.get_by_label("Link to", exact=False).first.input_value()


def join_by_invite(tab: Tab, link: str) -> None:
    tab.page.goto(link)
    expect(tab.page.get_by_role("heading", name="You’re invited to Estuary")).to_be_visible()
    tab.page.get_by_role("button", name="Create an account").click()
    fill_account(tab, "bob")
    tab.page.get_by_role("button", name="Create account").click()


def fill_account(tab: Tab, username: str) -> None:
    tab.page.get_by_label("User name").fill(username)
    tab.page.get_by_label("Email").fill(f"{username}@example.org")
    tab.page.get_by_label("Password", exact=True).fill(PASSWORD)
    tab.page.get_by_label("Password (again)").fill(PASSWORD)
