"""Rooms are made, found, joined, changed and left, and whoever is concerned sees it at once."""

from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.tab import Tab
from tests.people import Company
from tests.services.site import Server


def make_room(tab: Tab, name: str, *, private: bool = False, people: tuple[str, ...] = ()) -> None:
    tab.side.get_by_role("button", name="New room").click()
    dialog = tab.dialog("New room")
    dialog.get_by_label("Name", exact=True).fill(name)
    dialog.get_by_label("Topic").fill("What the tide brings")
    if private:
        dialog.get_by_label("Only people who are added").check()
    for username in people:
        choose_person(tab, "New room", "Add people", username)
    dialog.get_by_role("button", name="Create room").click()
    expect(dialog).to_be_hidden()
    expect(tab.title(name)).to_be_visible()


def choose_person(tab: Tab, dialog: str, field: str, username: str) -> None:
    tab.dialog(dialog).get_by_label(field).fill(username)
    tab.dialog(dialog).get_by_role("option", name=f"@{username}").click()


def test_a_public_room_is_found_read_and_joined(company: Company, alice: Tab, bob: Tab) -> None:
    name = f"Drift {company.general}"
    make_room(alice, name)
    alice.post("Come in")
    expect(bob.row(name)).to_have_count(0)
    bob.side.get_by_role("button", name="Browse rooms").click()
    browse = bob.dialog("Browse rooms")
    expect(browse.get_by_label("Find a room")).to_be_focused()
    browse.get_by_label("Find a room").fill(name)
    browse.get_by_role("button", name=f"Look inside: {name}").click()
    expect(bob.message("Come in")).to_be_visible()
    expect(bob.box).to_be_hidden()
    bob.page.get_by_role("form", name="Write a message").get_by_role("button", name="Join").click()
    bob.post("Here I am")
    expect(bob.row(name)).to_be_visible()
    expect(alice.message("Here I am")).to_be_visible()
    expect(alice.head.get_by_role("button", name="2 people. Show people")).to_be_visible()


def test_an_impatient_double_click_makes_one_room(company: Company, alice: Tab) -> None:
    name = f"Twin {company.general}"
    alice.side.get_by_role("button", name="New room").click()
    alice.dialog("New room").get_by_label("Name", exact=True).fill(name)
    alice.dialog("New room").get_by_role("button", name="Create room").evaluate(
        "it => { it.click(); it.click(); }"
    )
    expect(alice.title(name)).to_be_visible()
    with company.alice.http() as http:
        names = [room["name"] for room in http.get("/api/rooms").raise_for_status().json()["rooms"]]
    assert names.count(name) == 1


def test_a_room_is_joined_from_the_list(company: Company, alice: Tab, bob: Tab) -> None:
    name = f"Shoal {company.general}"
    make_room(alice, name)
    bob.side.get_by_role("button", name="Browse rooms").click()
    bob.dialog("Browse rooms").get_by_role("button", name=f"Join: {name}").click()
    expect(bob.title(name)).to_be_visible()
    bob.post("Joined")
    expect(alice.message("Joined")).to_be_visible()


def test_a_private_room_is_seen_by_those_who_are_added(company: Company, alice: Tab, bob: Tab) -> None:
    name = f"Vault {company.general}"
    make_room(alice, name, private=True)
    alice.post("Only we two")
    bob.side.get_by_role("button", name="Browse rooms").click()
    expect(bob.dialog("Browse rooms").get_by_text("General", exact=True).first).to_be_visible()
    expect(bob.dialog("Browse rooms").get_by_text(name)).to_have_count(0)
    bob.page.keyboard.press("Escape")

    alice.show_details("People")
    alice.panel.get_by_role("button", name="Add people").click()
    choose_person(alice, "Add people", "Who", company.bob.username)
    alice.dialog("Add people").get_by_role("button", name="Add", exact=True).click()
    expect(alice.panel.get_by_text(f"@{company.bob.username}")).to_be_visible()
    bob.go_to(name)
    expect(bob.message("Only we two")).to_be_visible()


def test_outsiders_are_told_that_there_is_no_such_room(
    server: Server, visit: Visit, company: Company, alice: Tab
) -> None:
    make_room(alice, "Cellar", private=True)
    cellar = alice.page.url
    assert alice.page.request.get(cellar).status == 200
    charlie = visit(server, company.charlie)
    charlie.console.expect("404")
    for address in (cellar, "/rooms/999999999/"):
        charlie.page.goto(address)
        expect(charlie.page.get_by_text("Cellar")).to_have_count(0)
        assert charlie.page.request.get(address).status == 404


def test_a_room_made_with_people_is_on_their_list_at_once(company: Company, alice: Tab, bob: Tab) -> None:
    make_room(alice, "Crew", private=True, people=(company.bob.username,))
    alice.post("All aboard")
    expect(bob.row("Crew").locator(".badge")).to_contain_text("1 unread")
    bob.go_to("Crew")
    bob.post("Aye")
    expect(alice.message("Aye")).to_be_visible()


def test_a_conversation_of_two_is_one_room(company: Company, alice: Tab, bob: Tab) -> None:
    write_to(alice, company.bob.username)
    expect(alice.box).to_have_attribute("placeholder", "Message Bob")
    # Who goes on typing, types into the room.
    expect(alice.box).to_be_focused()
    alice.post("Between us")
    expect(bob.row("Alice").locator(".badge")).to_contain_text("1 unread")
    write_to(bob, company.alice.username)
    expect(bob.message("Between us")).to_be_visible()
    bob.post("Of course")
    expect(alice.message("Of course")).to_be_visible()
    assert bob.page.url == alice.page.url


def write_to(tab: Tab, username: str) -> None:
    tab.side.get_by_role("button", name="New message").first.click()
    choose_person(tab, "New message", "To", username)
    tab.dialog("New message").get_by_role("button", name="Open conversation").click()


def test_a_new_name_and_topic_are_seen_by_all(company: Company, alice: Tab, bob: Tab) -> None:
    alice.show_details("About")
    alice.panel.get_by_label("Name").fill("Lighthouse")
    alice.panel.get_by_label("Topic").fill("Ships that pass")
    alice.panel.get_by_role("button", name="Save").click()
    for tab in (alice, bob):
        expect(tab.title("Lighthouse")).to_be_visible()
        expect(tab.head.get_by_text("Ships that pass")).to_be_visible()
        expect(tab.row("Lighthouse")).to_be_visible()
    expect(bob.log).to_have_accessible_name("Messages in Lighthouse")
    bob.show_details("About")
    expect(bob.panel.get_by_label("Name")).to_be_hidden()


def test_who_left_reads_no_more_and_may_come_back(alice: Tab, bob: Tab) -> None:
    bob.show_details("About")
    bob.panel.get_by_role("button", name="Leave room…").click()
    bob.confirm("Leave General?", "Leave")
    expect(bob.page.get_by_text("You’re no longer in General")).to_be_visible()
    expect(bob.row("General")).to_have_count(0)
    expect(alice.head.get_by_role("button", name="1 person. Show people")).to_be_visible()
    alice.post("Gone?")
    expect(bob.page.get_by_text("Gone?")).to_have_count(0)
    bob.page.reload()
    bob.page.get_by_role("form", name="Write a message").get_by_role("button", name="Join").click()
    bob.post("Back again")
    expect(alice.message("Back again")).to_be_visible()


def test_an_archived_room_can_be_read_only_until_it_is_restored(alice: Tab, bob: Tab) -> None:
    bob.post("Before the end")
    alice.show_details("About")
    alice.panel.get_by_role("button", name="Archive room…").click()
    alice.confirm("Archive this room?", "Archive")
    for tab in (alice, bob):
        expect(tab.page.get_by_text("This room is archived")).to_be_visible()
        expect(tab.box).to_be_hidden()
        expect(tab.message("Before the end")).to_be_visible()
    alice.panel.get_by_role("button", name="Restore room").click()
    bob.post("After the end")
    expect(alice.message("After the end")).to_be_visible()


def test_somebody_removed_loses_the_room(alice: Tab, bob: Tab) -> None:
    alice.show_details("People")
    alice.panel.locator(".person", has_text="Bob").click()
    alice.dialog("Bob").get_by_role("button", name="Remove from room…").click()
    alice.confirm("Remove Bob from this room?", "Remove")
    expect(bob.page.get_by_text("You’re no longer in General")).to_be_visible()
    expect(alice.panel.locator(".person", has_text="Bob")).to_have_count(0)


def test_a_new_moderator_may_change_the_room(alice: Tab, bob: Tab) -> None:
    bob.show_details("About")
    expect(bob.panel.get_by_role("button", name="Leave room…")).to_be_visible()
    expect(bob.panel.get_by_role("button", name="Archive room…")).to_be_hidden()
    alice.show_details("People")
    alice.panel.locator(".person", has_text="Bob").click()
    alice.dialog("Bob").get_by_role("button", name="Make moderator").click()
    expect(bob.panel.get_by_role("button", name="Archive room…")).to_be_visible()
