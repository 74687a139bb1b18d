"""Two people in one room: what one does with a message, both see, without loading anything anew."""

from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.tab import Tab
from tests.people import Company
from tests.services.site import Server


def test_they_see_each_others_messages_in_one_order(alice: Tab, bob: Tab) -> None:
    alice.type("Is the **launch** on?")
    expect(bob.message("Is the launch on?").locator("strong")).to_have_text("launch")
    bob.post("At noon.")
    expect(alice.message("At noon.")).to_be_visible()
    assert alice.texts() == bob.texts() == ["Is the launch on?", "At noon."]
    expect(alice.log).to_have_accessible_name("Messages in General")


def test_a_reply_quotes_and_leads_to_its_source(alice: Tab, bob: Tab) -> None:
    alice.post("Who brings the cake?")
    for number in range(40):
        alice.type(f"filler {number}")
    bob.message("Who brings the cake?").scroll_into_view_if_needed()
    bob.act("Who brings the cake?", "Reply")
    expect(bob.page.get_by_text("Replying to Alice")).to_be_visible()
    bob.post("I do.")
    expect(bob.page.get_by_text("Replying to Alice")).to_be_hidden()

    quote = alice.message("I do.").locator(".quote-line")
    expect(quote).to_have_text("In reply toAliceWho brings the cake?")
    expect(alice.message("Who brings the cake?")).not_to_be_in_viewport()
    quote.click()
    expect(alice.message("Who brings the cake?")).to_be_in_viewport()
    expect(alice.message("Who brings the cake?")).to_be_focused()


def test_an_edit_reaches_both(alice: Tab, bob: Tab) -> None:
    alice.post("Tusday at ten")
    alice.act("Tusday at ten", "Edit")
    field = alice.page.get_by_label("Edit message")
    expect(field).to_have_value("Tusday at ten")
    field.fill("Tuesday at ten")
    field.press("Enter")
    for tab in (alice, bob):
        expect(tab.message("Tuesday at ten").locator(".edited")).to_have_text("(edited)")
        expect(tab.message("Tusday")).to_have_count(0)


def test_a_deleted_message_leaves_a_mark(alice: Tab, bob: Tab) -> None:
    bob.post("My password is hunter2")
    expect(alice.message("hunter2")).to_be_visible()
    bob.choose("hunter2", "Remove…")
    bob.confirm("Delete your message?", "Delete")
    for tab, who in ((alice, "Bob"), (bob, "You")):
        expect(tab.page.locator(".msg .gone")).to_have_text(f"{who} deleted this message.")
        # Nowhere in the page, not even where a screen reader was told of it.
        expect(tab.page.get_by_text("hunter2")).to_have_count(0)


def test_a_quotation_of_a_deleted_message_is_empty(alice: Tab, bob: Tab) -> None:
    alice.post("Rumour: we are bought")
    bob.act("Rumour: we are bought", "Reply")
    bob.post("By whom?")
    alice.choose("Rumour: we are bought", "Remove…")
    alice.confirm("Delete your message?", "Delete")
    for tab in (alice, bob):
        expect(tab.message("By whom?").locator(".quote-line")).to_contain_text("This message was deleted.")
        expect(tab.page.get_by_text("Rumour").filter(visible=True)).to_have_count(0)


def test_reactions_are_counted_and_taken_back(alice: Tab, bob: Tab) -> None:
    alice.post("We shipped it")
    bob.act("We shipped it", "React with 👍")
    mine, theirs = alice.reaction("We shipped it", "👍"), bob.reaction("We shipped it", "👍")
    expect(mine).to_have_attribute("aria-pressed", "false")
    expect(theirs).to_have_attribute("aria-pressed", "true")
    mine.click()
    for reaction in (mine, theirs):
        expect(reaction).to_contain_text("2 reacted with 👍, including you")
    theirs.click()
    expect(mine).to_contain_text("1 reacted with 👍: you")
    expect(theirs).to_have_attribute("aria-pressed", "false")
    mine.click()
    for tab in (alice, bob):
        expect(tab.message("We shipped it").locator(".react")).to_have_count(0)


def test_any_emoji_can_be_a_reaction(alice: Tab, bob: Tab) -> None:
    alice.post("Tea?")
    bob.act("Tea?", "Add a reaction")
    picker = bob.dialog("Choose an emoji")
    picker.get_by_label("Any emoji").fill("🫖")
    picker.get_by_role("button", name="Add").click()
    expect(alice.reaction("Tea?", "🫖")).to_contain_text("1 reacted with 🫖")


def test_a_pinned_message_stands_in_the_panel_of_both(alice: Tab, bob: Tab) -> None:
    alice.post("Wi-Fi: harbour / 1234")
    alice.choose("Wi-Fi", "Pin to room")
    for tab in (alice, bob):
        tab.show_details("Pinned")
        expect(tab.panel.locator(".pin")).to_contain_text("Wi-Fi: harbour / 1234")
    alice.choose("Wi-Fi", "Unpin")
    for tab in (alice, bob):
        expect(tab.panel.get_by_text("Nothing is pinned here.")).to_be_visible()


def test_members_cannot_pin_or_touch_what_others_wrote(alice: Tab, bob: Tab) -> None:
    alice.post("Mine alone")
    bob.act("Mine alone", "More actions")
    menu = bob.page.get_by_role("menu", name="Message")
    expect(menu.get_by_role("menuitem", name="Reply")).to_be_visible()
    for item in ("Edit", "Pin to room", "Remove…"):
        expect(menu.get_by_role("menuitem", name=item)).to_be_hidden()


def test_a_moderator_removes_what_a_member_wrote(alice: Tab, bob: Tab) -> None:
    bob.post("Buy cheap watches")
    alice.choose("Buy cheap watches", "Remove…")
    alice.confirm("Remove this message by Bob?", "Remove")
    expect(bob.page.locator(".msg .gone")).to_be_visible()


def test_typing_shows_and_passes(alice: Tab, bob: Tab) -> None:
    bob.box.press_sequentially("Well")
    expect(alice.page.get_by_text("Bob is typing…")).to_be_visible()
    bob.box.press("Enter")
    expect(alice.message("Well")).to_be_visible()
    expect(alice.page.get_by_text("Bob is typing…")).to_have_count(0)


def test_presence_follows_who_is_there(server: Server, visit: Visit, company: Company, alice: Tab) -> None:
    alice.show_details("People")
    person = alice.panel.locator(".person", has_text="@bob")
    expect(person.locator(".dot")).to_have_class("dot is-offline")
    bob = visit(server, company.bob)
    bob.open(company.general)
    expect(person.locator(".dot")).to_have_class("dot is-online")
    bob.page.close()
    expect(person.locator(".dot")).to_have_class("dot is-offline")
