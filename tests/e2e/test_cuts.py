"""Whatever is cut, and whenever: nothing that was written is lost, and nothing comes twice."""

import re

from playwright.sync_api import expect

from tests.e2e.tab import Tab
from tests.people import Company, Person
from tests.services.site import Server

# 503 is what a server says that is about to stop.
BROKEN_CONNECTION = (r"WebSocket connection to .* failed", r"net::ERR_", r"status of 503")


def assert_delivered_once(tab: Tab, texts: list[str]) -> None:
    """The tab shows these messages, in this order, and nothing beside."""
    for text in texts:
        expect(tab.message(text)).to_have_count(1)
    expect(tab.page.locator(".msg[id^='p-']")).to_have_count(0)
    assert list(tab.texts()) == texts


def stored_texts(person: Person, room: int) -> list[str]:
    with person.http() as http:
        messages = http.get(f"/api/rooms/{room}/messages").raise_for_status().json()["messages"]
    return [message["text"] for message in messages]


def test_what_was_written_offline_is_sent_later(company: Company, alice: Tab, bob: Tab) -> None:
    alice.console.expect(*BROKEN_CONNECTION)
    alice.post("still here")
    alice.page.context.set_offline(True)
    expect(alice.banner).to_have_text("You’re offline. Messages will be sent when you’re back.")
    alice.type("from the tunnel")
    alice.type("still in it")
    expect(alice.pending("from the tunnel")).to_contain_text("Waiting for a connection")
    bob.post("where are you?")
    alice.page.context.set_offline(False)
    expect(alice.banner).to_have_text("Connected. You’re up to date.")
    everything = ["still here", "where are you?", "from the tunnel", "still in it"]
    for tab in (alice, bob):
        assert_delivered_once(tab, everything)
    assert stored_texts(company.alice, company.general) == everything


def test_a_server_that_died_is_found_again(server: Server, company: Company, alice: Tab, bob: Tab) -> None:
    for tab in (alice, bob):
        tab.console.expect(*BROKEN_CONNECTION)
    alice.post("before")
    server.kill()
    expect(alice.banner).to_have_text("Reconnecting…")
    alice.type("meanwhile")
    expect(alice.pending("meanwhile")).to_contain_text("Waiting for a connection")
    server.start()
    for tab in (alice, bob):
        # "Connected" itself stands for three seconds, which may be over for the second of them.
        expect(tab.banner).to_have_count(0)
        assert_delivered_once(tab, ["before", "meanwhile"])


def test_a_restart_in_order_leaves_no_gap(server: Server, company: Company, alice: Tab, bob: Tab) -> None:
    for tab in (alice, bob):
        tab.console.expect(*BROKEN_CONNECTION)
    alice.post("before")
    expect(bob.message("before")).to_be_visible()
    server.stop()
    server.start()
    texts = [f"first word {number}" for number in range(1, 6)]
    with company.bob.http() as http:
        for number, text in enumerate(texts):
            post = {"ref": f"restart-{number}", "text": text}
            http.post(f"/api/rooms/{company.general}/messages", json=post).raise_for_status()
    for tab in (alice, bob):
        assert_delivered_once(tab, ["before", *texts])
    alice.post("after")
    expect(bob.message("after")).to_be_visible()


def test_a_reload_while_sending_loses_nothing(server: Server, company: Company, alice: Tab, bob: Tab) -> None:
    server.pause()
    try:
        alice.type("on its way")
        expect(alice.pending("on its way")).to_contain_text("Sending…")
        with alice.page.expect_navigation(wait_until="commit"):
            alice.page.evaluate("setTimeout(() => location.reload())")
            server.resume()
    finally:
        server.resume()
    for tab in (alice, bob):
        assert_delivered_once(tab, ["on its way"])
    assert stored_texts(company.alice, company.general) == ["on its way"]


def test_a_reload_after_the_server_died_while_sending_loses_nothing(
    server: Server, company: Company, alice: Tab, bob: Tab
) -> None:
    for tab in (alice, bob):
        tab.console.expect(*BROKEN_CONNECTION)
    server.pause()
    alice.type("into the void")
    expect(alice.pending("into the void")).to_contain_text("Sending…")
    server.kill()
    server.start()
    alice.page.reload()
    for tab in (alice, bob):
        assert_delivered_once(tab, ["into the void"])
    assert stored_texts(company.alice, company.general) == ["into the void"]


def test_a_refused_message_waits_for_its_writer(server: Server, company: Company, alice: Tab, bob: Tab) -> None:
    """The room is archived while the message is under way."""
    bob.console.expect(*BROKEN_CONNECTION)
    bob.page.context.set_offline(True)
    expect(bob.banner).to_be_visible()
    bob.type("too late")
    bob.type("and this")
    expect(bob.pending("and this")).to_be_visible()
    change_archived(company, archived=True)
    bob.page.context.set_offline(False)
    for text in ("too late", "and this"):
        expect(bob.pending(text).get_by_role("alert")).to_contain_text("Not sent.")
    bob.pending("and this").get_by_role("button", name="Delete").click()
    expect(bob.pending("and this")).to_have_count(0)

    bob.pending("too late").get_by_role("button", name="Try again").click()
    expect(bob.pending("too late").get_by_role("alert")).to_contain_text("Not sent.")
    bob.page.reload()
    expect(bob.pending("too late").get_by_role("alert")).to_contain_text("Not sent.")
    change_archived(company, archived=False)
    expect(bob.box).to_be_visible()
    bob.pending("too late").get_by_role("button", name="Try again").click()
    for tab in (alice, bob):
        assert_delivered_once(tab, ["too late"])


def change_archived(company: Company, *, archived: bool) -> None:
    with company.alice.http() as http:
        http.patch(f"/api/rooms/{company.general}", json={"archived": archived}).raise_for_status()


def test_without_websockets_they_still_talk(server: Server, alice: Tab, bob: Tab) -> None:
    """As behind a proxy that lets no upgrade through."""
    alice.console.expect(*BROKEN_CONNECTION)
    alice.page.add_init_script(
        "const Native = WebSocket;"
        "window.WebSocket = class extends Native {"
        "  constructor(url, protocols) { super(url.replace('/ws/', '/blocked/'), protocols); }"
        "};"
    )
    alice.page.reload()
    with alice.page.expect_request(re.compile(r"/api/sync\?.*wait=25")):
        alice.loaded()
    bob.post("Can you hear me?")
    expect(alice.message("Can you hear me?")).to_be_visible()
    alice.post("Yes, by post")
    expect(bob.message("Yes, by post")).to_be_visible()
    assert alice.texts() == bob.texts() == ["Can you hear me?", "Yes, by post"]
