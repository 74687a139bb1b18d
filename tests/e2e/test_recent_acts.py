"""What was done in a room, told to its moderators as it happens, and taken back from there."""

from playwright.sync_api import Locator, expect

from tests.e2e.conftest import Visit
from tests.e2e.tab import Tab
from tests.e2e.test_keyboard import press, tab_to
from tests.e2e.test_reports import ask
from tests.people import Company, add_person, add_room
from tests.services.site import Server


def recent(tab: Tab) -> Locator:
    tab.show_details("Moderation")
    return tab.panel.locator("[data-part=acts] li")


def test_what_one_moderator_does_another_sees_and_takes_back(
    server: Server, visit: Visit, company: Company
) -> None:
    dana = add_person(server.site, f"dana-{company.alice.username[-8:]}")
    room = add_room(
        server.site, "Harbour", members={company.alice: "owner", dana: "moderator", company.bob: "member"}
    )
    alice, mod, bob = (visit(server, person) for person in (company.alice, dana, company.bob))
    for tab in (alice, mod, bob):
        tab.open(room)
    bob.post("Cheap kayaks")
    acts = recent(mod)
    expect(mod.panel.get_by_text("Nothing was done here yet.")).to_be_visible()

    ask(company.alice, f"/api/users/{company.bob.id}/mute", minutes=60, room=room, reason="Adverts")
    expect(acts.first).to_contain_text("Alice muted Bob for 1 hour.")
    expect(acts.first).to_contain_text("“Adverts”")
    since = "2020-01-01T00:00:00Z"
    ask(company.alice, f"/api/users/{company.bob.id}/purge", since=since, room=room, reason="Spam")
    expect(acts.first).to_contain_text("Alice removed 1 message by Bob.")
    expect(bob.page.locator(".msg .gone")).to_have_text("A moderator removed this message.")
    expect(mod.page.locator(".msg .gone")).to_contain_text("Alice removed this message. “Spam”")

    undo = acts.first.get_by_role("button", name="Undo")
    undo.focus()
    press(mod, "Enter")
    expect(acts.first).to_contain_text("You restored 1 message by Bob.")
    expect(bob.message("Cheap kayaks")).to_be_visible()
    expect(acts.nth(1)).to_be_focused()
    acts.nth(2).get_by_role("button", name="Undo").click()
    expect(acts.first).to_contain_text("You lifted the mute of Bob.")
    expect(bob.box).to_be_visible()
    expect(acts.get_by_role("button", name="Undo")).to_have_count(0)

    mod.post("My own kayaks")
    alice.choose("My own kayaks", "Remove…")
    alice.confirm("Remove this message by Dana?", "Remove")
    # To whom it was done is told no more than any author, and offered nothing.
    expect(mod.page.locator(".msg .gone")).to_have_text("A moderator removed this message.")
    expect(alice.page.locator(".msg .gone")).to_have_text("You removed this message. Restore")


def test_a_tombstone_leads_back(company: Company, alice: Tab, bob: Tab) -> None:
    bob.post("Cheap kayaks")
    alice.choose("Cheap kayaks", "Remove…")
    alice.confirm("Remove this message by Bob?", "Remove")
    gone = alice.page.locator(".msg .gone")
    expect(gone).to_contain_text("You removed this message.")
    expect(bob.page.locator(".msg .gone").get_by_role("button")).to_have_count(0)
    tab_to(alice, gone.get_by_role("button", name="Restore"))
    press(alice, "Enter")
    expect(bob.message("Cheap kayaks")).to_be_visible()
    back = alice.message("Cheap kayaks")
    expect(back).to_be_focused()
    expect(back.get_by_role("toolbar").get_by_role("button", name="Reply")).to_be_visible()


def test_a_room_is_opened_again_from_its_record(alice: Tab, bob: Tab) -> None:
    acts = recent(alice)
    alice.panel.get_by_role("switch", name="Lock room").check()
    expect(bob.page.get_by_role("note")).to_contain_text("Room locked")
    acts.filter(has_text="You locked the room.").get_by_role("button", name="Undo").click()
    expect(bob.box).to_be_visible()
    expect(alice.panel.get_by_role("switch", name="Lock room")).not_to_be_checked()
