"""What people change of themselves is seen by the others, and who is signed out elsewhere reads no more."""

import re

from playwright.sync_api import FilePayload, expect

from tests.cast import PASSWORD
from tests.e2e.conftest import Visit
from tests.e2e.tab import Tab
from tests.people import Company
from tests.pictures import picture
from tests.services.site import Server

PORTRAIT: FilePayload = {"name": "me.png", "mimeType": "image/png", "buffer": picture(size=(64, 64))}


def test_a_new_name_and_picture_are_seen_at_once(server: Server, visit: Visit, company: Company, bob: Tab) -> None:
    alice = visit(server, company.alice)
    alice.open(company.general)
    alice.post("It is me")
    expect(bob.message("It is me").locator(".avatar img")).to_have_count(0)
    alice.page.goto("/accounts/profile/")
    alice.page.get_by_label("Display name").fill("Alice Aalto")
    alice.page.get_by_label("Picture", exact=True).set_input_files(PORTRAIT)
    alice.page.get_by_role("button", name="Save").click()
    expect(alice.page.get_by_role("img", name="Your picture")).to_be_visible()
    expect(bob.message("It is me").locator(".msg-author")).to_have_text("Alice Aalto")
    expect(bob.message("It is me").locator(".avatar img")).to_have_js_property("complete", True)


def test_language_and_time_zone_are_a_persons_own(
    server: Server, visit: Visit, company: Company, bob: Tab
) -> None:
    alice = visit(server, company.alice, timezone_id="Europe/Helsinki")
    alice.page.goto("/accounts/profile/")
    alice.page.get_by_label("Language").select_option(label="简体中文")
    alice.page.get_by_label("Time zone").select_option("Asia/Shanghai")
    alice.page.get_by_role("button", name="Save").click()
    expect(alice.page.locator("html")).to_have_attribute("lang", re.compile("zh-hans", re.IGNORECASE))
    alice.page.goto(f"/rooms/{company.general}/")
    expect(alice.page.locator("#box")).to_have_attribute("aria-label", re.compile("General"))
    expect(alice.page.locator("#box")).not_to_have_attribute("aria-label", re.compile("Message"))
    message = bob.post("What time is it?")
    sent = message.locator("time").get_attribute("datetime") or ""
    shown = alice.message("What time is it?").locator("time")
    hour = (int(sent[11:13]) + 8) % 24
    expect(shown).to_have_text(re.compile(rf"^{hour:02}:"))
    expect(bob.box).to_have_attribute("aria-label", "Message General")


def test_signing_out_everywhere_ends_the_other_tab(server: Server, visit: Visit, company: Company) -> None:
    desk, sofa = visit(server, company.alice), visit(server, company.alice.in_another_session())
    desk.open(company.general)
    sofa.page.goto("/accounts/profile/")
    sofa.page.get_by_role("button", name="Sign out everywhere").click()
    expect(desk.page).to_have_url(re.compile(rf"/accounts/login/\?next=%2Frooms%2F{company.general}%2F$"))
    sign_in(desk, company.alice.username)
    expect(desk.title("General")).to_be_visible()


def test_signing_out_in_one_tab_signs_the_other_out(server: Server, visit: Visit, company: Company) -> None:
    alice = visit(server, company.alice)
    alice.open(company.general)
    beside = alice.page.context.new_page()
    beside.goto("/")
    beside.get_by_role("button", name="Your menu").click()
    beside.get_by_role("button", name="Sign out").click()
    expect(alice.page).to_have_url(re.compile("/accounts/login/"))


def test_a_wrong_password_tells_nothing(server: Server, visit: Visit, company: Company) -> None:
    tab = visit(server)
    told = []
    for username in (company.alice.username, "nobody-at-all"):
        tab.page.goto("/accounts/login/")
        sign_in(tab, username, "a wrong long passphrase")
        told.append(tab.page.locator(".gate .error, .gate [role=alert]").first.inner_text())
    assert told[0] == told[1] != ""


def sign_in(tab: Tab, username: str, password: str = PASSWORD) -> None:
    tab.page.get_by_label("Email or user name").fill(username)
    tab.page.get_by_label("Password", exact=True).fill(password)
    tab.page.get_by_role("button", name="Sign in").click()
