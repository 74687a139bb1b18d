"""Reading back in a room with a long past, and finding the way to the end again."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.tab import Tab
from tests.people import Company
from tests.services.site import Server

LINES = 1500
LAST = f"line {LINES:04}"

# The first message whose head is in sight, and where that is.
FIRST_IN_SIGHT = """log => {
    const top = log.getBoundingClientRect().top;
    const first = [...log.querySelectorAll(".msg")].find(each => each.getBoundingClientRect().top > top);
    return { id: first.id, top: first.getBoundingClientRect().top - top };
}"""
# Scrolled to the very top, so that more has to come; measured before anything can have come.
SCROLL_UP = f"""log => {{
    log.scrollTop = 0;
    return {{ ...({FIRST_IN_SIGHT})(log), oldest: log.querySelector(".msg[data-id]").id }};
}}"""
TOP_OF = """(log, id) =>
    document.getElementById(id).getBoundingClientRect().top - log.getBoundingClientRect().top"""


@pytest.fixture(scope="module")
def harbour_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log of a night, three people speaking in turns."""
    file = tmp_path_factory.mktemp("irc") / "2024-03-01_harbour.log"
    nicks = ("mira", "noor", "odd")
    lines = [
        f"[{line // 120 + 8:02}:{line // 2 % 60:02}] <{nicks[line // 4 % 3]}> line {line:04}"
        for line in range(1, LINES + 1)
    ]
    file.write_text("\n".join(lines) + "\n")
    return file


@pytest.fixture
def harbour(server: Server, company: Company, harbour_log: Path) -> int:
    """The log as a room, which Alice and Bob have joined."""
    name = f"Harbour {company.general}"
    server.site.manage("import_irc", str(harbour_log), "--room", name)
    with company.bob.http() as http:
        rooms = http.get("/api/rooms/public").raise_for_status().json()["rooms"]
        room: int = next(room["id"] for room in rooms if room["name"] == name)
    for person in (company.alice, company.bob):
        with person.http() as http:
            http.post(f"/api/rooms/{room}/join").raise_for_status()
    return room


def numbers(tab: Tab) -> list[int]:
    return [int(text.removeprefix("line ")) for text in tab.texts() if text.startswith("line ")]


def test_scrolling_up_reads_the_whole_past_without_a_jump(harbour: int, alice: Tab) -> None:
    alice.open(harbour)
    expect(alice.message(LAST)).to_be_in_viewport()
    read = set(numbers(alice))
    assert len(read) < LINES / 5, "the past is not loaded before it is wanted"
    begin = alice.log.get_by_text("This is where the room begins.")
    while not begin.count():
        before = alice.log.evaluate(SCROLL_UP)
        alice.page.wait_for_function(
            "oldest => document.querySelector('.msg[data-id]').id !== oldest || document.querySelector('.start')",
            arg=before["oldest"],
        )
        alice.loaded()
        drawn = numbers(alice)
        assert drawn == list(range(drawn[0], drawn[-1] + 1)), "a gap, or out of order"
        assert alice.log.evaluate(TOP_OF, before["id"]) == pytest.approx(before["top"], abs=1)
        read.update(drawn)
    assert read == set(range(1, LINES + 1))


def test_new_messages_do_not_move_what_is_read(harbour: int, company: Company, alice: Tab, bob: Tab) -> None:
    alice.open(harbour)
    bob.open(harbour)
    alice.log.evaluate("log => { log.scrollTop -= 1500; }")
    jump = alice.page.get_by_role("button", name="Jump to latest")
    expect(jump).to_be_visible()
    before = alice.log.evaluate(FIRST_IN_SIGHT)
    bob.post("news from the pier")
    expect(jump).to_have_text("Jump to latest — 1 new")
    assert alice.log.evaluate(TOP_OF, before["id"]) == pytest.approx(before["top"], abs=1)
    expect(alice.message("news from the pier")).not_to_be_in_viewport()

    jump.click()
    expect(alice.message("news from the pier")).to_be_in_viewport()
    expect(jump).to_be_hidden()
    bob.post("and more")
    expect(alice.message("and more")).to_be_in_viewport()


def test_an_address_opens_the_room_at_its_message(
    server: Server, visit: Visit, harbour: int, company: Company
) -> None:
    with company.alice.http() as http:
        clock = http.get(f"/api/rooms/{harbour}/messages").raise_for_status().json()["clock"]
        around = {"around": clock // 2, "limit": 1}
        (middle,) = http.get(f"/api/rooms/{harbour}/messages", params=around).raise_for_status().json()["messages"]
    alice = visit(server, company.alice)
    alice.open(harbour, f"?at={middle['id']}")
    expect(alice.message(middle["text"])).to_be_in_viewport()
    expect(alice.message(middle["text"])).to_be_focused()
    expect(alice.message(LAST)).to_have_count(0)

    oldest = min(numbers(alice))
    alice.log.evaluate("log => { log.scrollTop = 0; }")
    expect(alice.message(f"line {oldest - 1:04}")).to_have_count(1)
    newest = max(numbers(alice))
    alice.log.evaluate("log => { log.scrollTop = log.scrollHeight; }")
    expect(alice.message(f"line {newest + 1:04}")).to_have_count(1)

    alice.page.get_by_role("button", name="Jump to latest").click()
    expect(alice.message(LAST)).to_be_in_viewport()
    expect(alice.page).to_have_url(re.compile(rf"/rooms/{harbour}/$"))
    alice.post("caught up")


def test_a_long_absence_is_counted_and_divided(harbour: int, alice: Tab, bob: Tab) -> None:
    """Bob comes back to more than fits on a screen: he starts where he left."""
    alice.open(harbour)
    for number in range(30):
        alice.type(f"while you slept {number}")
    expect(bob.row("Harbour").locator(".badge")).to_contain_text("30 unread")
    bob.go_to("Harbour")
    divider = bob.log.get_by_role("separator", name="New messages")
    expect(divider).to_be_in_viewport()
    assert divider.evaluate("line => line.nextElementSibling.innerText").endswith("while you slept 0")
    expect(bob.message("while you slept 29")).not_to_be_in_viewport()
    bob.page.get_by_role("button", name="Jump to latest").click()
    expect(bob.row("Harbour").locator(".badge")).to_have_count(0)


def test_who_scrolls_right_after_posting_is_let_go(harbour: int, alice: Tab) -> None:
    """The jump to their own message holds against scrolling that was under way before, and not against theirs."""
    alice.open(harbour)
    expect(alice.message(LAST)).to_be_in_viewport()
    alice.log.hover()
    alice.box.fill("and on")
    alice.page.keyboard.press("Enter")
    alice.page.mouse.wheel(0, -3000)
    expect(alice.message("and on")).to_have_count(1)
    expect(alice.message("and on")).not_to_be_in_viewport()
    expect(alice.page.locator(".jump")).to_be_visible()
