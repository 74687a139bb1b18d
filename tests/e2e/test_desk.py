"""From a report to its end: who reports, who decides at the desk, and what the people's screens show."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.tab import Tab
from tests.people import Company, Person, add_person, add_room
from tests.services.site import Server


def report(person: Person, message: int) -> None:
    with person.http() as http:
        body = {"category": "spam", "message": message, "note": "Adverts again"}
        answer = http.post("/api/reports", json=body)
        assert answer.is_success, answer.text


def notices(person: Person) -> list[dict[str, Any]]:
    with person.http() as http:
        found: list[dict[str, Any]] = http.get("/api/notices").json()["notices"]
    return found


@pytest.fixture
def dora(server: Server, visit: Visit, company: Company) -> Tab:
    """Dora moderates the site, is in no room, and sits at the desk."""
    person = add_person(server.site, company.bob.username.replace("bob", "dora"))
    with company.alice.http() as http:
        assert http.post(f"/api/users/{person.id}/appoint", json={}).is_success
    return visit(server, person)


def test_a_report_ends_at_the_desk(server: Server, visit: Visit, company: Company, dora: Tab) -> None:
    charlie, bob = visit(server, company.charlie), visit(server, company.bob)
    members = {company.alice: "owner", company.bob: "member", company.charlie: "member"}
    room = add_room(server.site, "Kayaks", "private", members=members)
    for tab in (charlie, bob):
        tab.open(room)
    charlie.post("Good morning")
    message = int(charlie.post("Cheap kayak insurance").get_attribute("data-id") or "0")
    expect(bob.message("Cheap kayak insurance")).to_be_visible()
    report(company.bob, message)

    desk = dora.page
    desk.goto(f"/admin/chat/case/?q={company.charlie.username}")
    main = desk.get_by_role("main")
    expect(main.get_by_text("Cheap kayak insurance")).to_have_count(0)
    main.get_by_role("link", name="a message in a private room").click()
    expect(main.get_by_text("Cheap kayak insurance")).to_be_visible()
    expect(main.get_by_text("Good morning")).to_be_visible()
    expect(main.get_by_text("Adverts again")).to_be_visible()
    main.get_by_role("link", name="Remove message").click()
    main.get_by_label("Reason").fill("Adverts")
    main.get_by_label("Answer").fill("Thank you, it is gone.")
    main.get_by_role("button", name="Remove message").click()
    expect(desk.get_by_text("Remove message: done.")).to_be_visible()

    for tab in (charlie, bob):
        expect(tab.message("Cheap kayak insurance")).to_have_count(0)
        expect(tab.message("Good morning")).to_be_visible()
    [told] = notices(company.bob)
    assert (told["kind"], told["text"]) == ("outcome", "Thank you, it is gone.")
    expect(main.get_by_role("link", name="a message in a private room")).to_have_count(0)


def test_people_are_picked_by_their_names(server: Server, company: Company, dora: Tab) -> None:
    with company.alice.http() as http:
        for person, reason in ((company.bob, "Kayaks"), (company.charlie, "Canoes")):
            assert http.post(f"/api/users/{person.id}/warn", json={"reason": reason}).is_success
    desk = dora.page
    desk.goto("/admin/chat/moderationaction/")
    form = desk.locator("details[data-filter-title=person]")
    form.get_by_role("combobox").click()
    desk.locator(".select2-search__field").fill(company.bob.username)
    desk.get_by_role("option", name=f"@{company.bob.username}").click()
    form.get_by_role("button", name="Filter").click()
    results = desk.locator("#result_list")
    expect(results.get_by_text("Kayaks")).to_have_count(1)
    expect(results.get_by_text("Canoes")).to_have_count(0)
    desk.get_by_role("link", name="Export as CSV").wait_for()
    with desk.expect_download() as download:
        desk.get_by_role("link", name="Export as CSV").click()
    text = download.value.path().read_text()
    assert "Kayaks" in text
    assert "Canoes" not in text
