"""Files travel with messages to those who may read them, and to nobody else."""

import re

from playwright.sync_api import FilePayload, expect

from tests.e2e.conftest import Visit
from tests.e2e.tab import Tab
from tests.people import Company, add_room
from tests.pictures import picture
from tests.services.site import Server

PHOTO: FilePayload = {"name": "pier.png", "mimeType": "image/png", "buffer": picture(size=(80, 40))}
NOTES: FilePayload = {"name": "Ebbe & Flut.txt", "mimeType": "text/plain", "buffer": b"high tide at noon\n"}


def attach(tab: Tab, *files: FilePayload) -> None:
    tab.page.locator("input[type=file]").set_input_files(files)
    for file in files:
        expect(tab.page.get_by_role("button", name=f"Remove {file['name']}")).to_be_visible()
    expect(tab.page.locator(".tray progress")).to_have_count(0)


def test_a_picture_and_a_file_reach_both_and_no_outsider(server: Server, visit: Visit, company: Company) -> None:
    room = add_room(server.site, "Vault", "private", members={company.alice: "owner", company.bob: "member"})
    alice, bob = visit(server, company.alice), visit(server, company.bob)
    alice.open(room)
    bob.open(room)
    attach(alice, PHOTO, NOTES)
    alice.post("The pier, and when")
    addresses = []
    for tab in (alice, bob):
        image = tab.message("The pier").get_by_role("img", name="pier.png")
        expect(image).to_have_js_property("complete", True)
        expect(image).to_have_js_property("naturalWidth", 80)
        link = tab.message("The pier").get_by_role("link", name="Download Ebbe & Flut.txt")
        addresses = [image.get_attribute("src") or "", link.get_attribute("href") or ""]
    for address in addresses:
        assert bob.page.request.get(address).status == 200
    with bob.page.expect_download() as download:
        bob.message("The pier").get_by_role("link", name="Download Ebbe & Flut.txt").click()
    assert download.value.suggested_filename == NOTES["name"]
    assert download.value.path().read_bytes() == NOTES["buffer"]

    charlie, stranger = visit(server, company.charlie), visit(server)
    for address in addresses:
        assert charlie.page.request.get(address).status == 404
        assert stranger.page.request.get(address, max_redirects=0).status != 200


def test_a_file_goes_without_words_and_can_be_taken_back(alice: Tab, bob: Tab) -> None:
    attach(alice, PHOTO, NOTES)
    alice.page.get_by_role("button", name="Remove pier.png").click()
    alice.page.get_by_role("button", name="Send").click()
    expect(bob.page.get_by_role("link", name="Download Ebbe & Flut.txt")).to_be_visible()
    expect(bob.page.get_by_role("img", name="pier.png")).to_have_count(0)


def test_the_files_of_a_deleted_message_are_gone(alice: Tab, bob: Tab) -> None:
    attach(alice, NOTES)
    alice.post("Read this")
    address = bob.message("Read this").locator("a.att-name").get_attribute("href") or ""
    assert bob.page.request.get(address).status == 200
    alice.choose("Read this", "Remove…")
    alice.confirm("Delete your message?", "Delete")
    expect(bob.page.locator(".msg .gone")).to_be_visible()
    expect(bob.page.get_by_role("link", name=re.compile("Flut"))).to_have_count(0)
    assert bob.page.request.get(address).status == 404


def test_what_is_no_file_to_show_is_refused_in_words(alice: Tab) -> None:
    alice.console.expect("status of 4")
    empty: FilePayload = {"name": "void.png", "mimeType": "image/png", "buffer": b""}
    alice.page.locator("input[type=file]").set_input_files(empty)
    expect(alice.page.locator(".toast")).to_contain_text("void.png:")
    expect(alice.page.get_by_role("button", name="Remove void.png")).to_have_count(0)
