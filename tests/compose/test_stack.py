"""From nothing to a chat over HTTPS, through what befalls it, to another machine. In the order of this file."""

import asyncio
import json
import re
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.compose.stack import Stack
from tests.e2e.console import Console
from tests.e2e.tab import Tab
from tests.e2e.test_attachments import NOTES, attach
from tests.e2e.test_setup import join_by_invite, make_invite, set_up
from tests.faults.checker import check, stored
from tests.faults.traffic import conversation

PEOPLE, PACE = 25, 2.0  # fifty things a second


@pytest.fixture(scope="module")
def tabs(stack: Stack, browser: Browser) -> Iterator[tuple[Tab, Tab]]:
    """Two people's browsers, open all the time."""

    def open_tab() -> Tab:
        context = browser.new_context(base_url=stack.url, locale="en-GB", ignore_https_errors=True)
        context.set_default_timeout(30_000)
        page = context.new_page()
        return Tab(page, Console(page))

    alice, bob = open_tab(), open_tab()
    yield alice, bob
    for tab in (alice, bob):
        tab.page.context.close()


def test_two_people_chat_over_https_on_two_replicas(stack: Stack, tabs: tuple[Tab, Tab]) -> None:
    alice, bob = tabs
    alice.page.goto("/")
    expect(alice.page).to_have_url(f"{stack.url}/setup/")
    set_up(alice)
    join_by_invite(bob, make_invite(alice))
    alice.page.get_by_role("link", name="Back to the rooms").click()
    bring_apart(stack, alice, bob)
    alice.post("Welcome, Bob")
    expect(bob.message("Welcome, Bob")).to_be_visible()
    bob.post("Glad to be here")
    expect(alice.message("Glad to be here")).to_be_visible()


def bring_apart(stack: Stack, alice: Tab, bob: Tab) -> None:
    """Until each is at a replica of their own: the proxy takes the one that has less to do at that moment."""
    expect(alice.page.get_by_role("log")).to_be_visible()
    for _ in range(10):
        expect(bob.page.get_by_role("log")).to_be_visible()
        if {stack.metric(service, "chat_connections") for service in ("web-1", "web-2")} == {1}:
            return
        bob.page.reload()
    raise AssertionError("both came to the same replica ten times")


def test_the_proxy_sends_files_and_keeps_the_processes_to_itself(stack: Stack, tabs: tuple[Tab, Tab]) -> None:
    alice, bob = tabs
    attach(alice, NOTES)
    alice.post("the notes")
    expect(bob.message("the notes")).to_be_visible()
    path = path_of_notes(bob)
    answer = bob.page.request.get(path)
    assert answer.body() == NOTES["buffer"]
    # The process gave no body: the proxy read it from the volume.
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "x-accel-redirect" not in answer.headers
    # Whoever is not signed in is asked to sign in.
    assert stack.get(path).status in (302, 401, 404) or b"password" in stack.get(path).body
    static = re.search(r"/static/[0-9a-f]{12}/chat/js/main\.js", alice.page.content())
    assert static
    assert "immutable" in stack.get(static[0]).headers["Cache-Control"]
    assert stack.get("/metrics").status == 404
    assert stack.get("/healthz").json() == {"status": "ok"}


def path_of_notes(tab: Tab) -> str:
    link = tab.message("the notes").get_by_role("link", name=f"Download {NOTES['name']}")
    return link.get_attribute("href") or ""


def test_nothing_is_lost_while_replicas_die_and_services_restart(stack: Stack) -> None:
    talk_through(stack, misfortunes)


def test_nothing_is_lost_while_an_upgrade_rolls(stack: Stack) -> None:
    talk_through(stack, lambda stack: [partial(upgrade, stack)])
    assert b"upgraded" in stack.get(version_file(stack)).body


def talk_through(stack: Stack, events: Callable[[Stack], Iterable[Callable[[], object]]]) -> None:
    """People talk while the events happen, one after the other, and settle in between."""

    async def talk() -> None:
        async with conversation(stack.site, [stack], people=PEOPLE, pace=PACE) as talk:
            await talk.settled()
            for event in events(stack):
                await asyncio.to_thread(event)
                await talk.settled()
            story = await talk.finish()
        check(story, stored(stack.site, list(story.clocks)))

    # In a thread of its own, because Playwright keeps an event loop running in this one.
    with closing(stack.site), ThreadPoolExecutor(1) as aside:
        aside.submit(asyncio.run, talk()).result()


def misfortunes(stack: Stack) -> Iterator[Callable[[], object]]:
    yield partial(stack.kill, "web-1")
    # One that hangs is found by its `/readyz`, and whoever asks comes to the other.
    yield partial(hang, stack)
    yield partial(stack.compose, "unpause", "web-2")
    yield partial(stack.compose, "restart", "redis")
    yield partial(stack.compose, "restart", "postgres")


def hang(stack: Stack) -> None:
    stack.compose("pause", "web-2")
    expect_pages(stack)


def expect_pages(stack: Stack) -> None:
    """Wait until the proxy leaves out the replica that hangs: by turns every second page would wait."""
    answered, deadline = 0, time.monotonic() + 60
    while answered < 6:
        try:
            assert stack.get("/accounts/login/", timeout=3).status == 200
            answered += 1
        except TimeoutError:
            answered = 0
            assert time.monotonic() < deadline, "the proxy goes on asking a replica that hangs"


def upgrade(stack: Stack) -> None:
    """The next version arrives in the checkout, as by `git pull`, and differs in what everybody can see."""
    main = stack.folder / "chat" / "static" / "chat" / "js" / "main.js"
    main.write_text(main.read_text() + "\n// upgraded\n")
    done = stack.run("bin/upgrade")
    for service in ("web-1", "web-2"):
        replaced = re.findall(rf"{service}-1 +Recreated", done.stdout + done.stderr)
        assert len(replaced) == 1, "once more, at the same time as the others"


def version_file(stack: Stack) -> str:
    page = stack.get("/accounts/login/").body.decode()
    found = re.search(r"/static/[0-9a-f]{12}/", page)
    assert found
    return f"{found[0]}chat/js/main.js"


def test_the_backup_service_begins_with_a_backup(stack: Stack) -> None:
    stack.compose("--profile", "backup", "up", "--detach", "backup")
    deadline = time.monotonic() + 60
    while not (found := stack.compose("exec", "--no-TTY", "backup", "ls", "/backups", check=False).stdout):
        assert time.monotonic() < deadline, stack.logs("backup")
    assert re.fullmatch(r"chatsite-[\d-]+\.tar\n", found)


def test_after_a_restore_on_an_empty_machine_everybody_goes_on(
    stack: Stack, tabs: tuple[Tab, Tab], tmp_path: Path
) -> None:
    alice, bob = tabs
    alice.post("before the backup")
    expect(bob.message("before the backup")).to_be_visible()
    backup = tmp_path / "backup.tar"
    with backup.open("wb") as file:
        stack.compose("run", "--rm", "--no-TTY", "--no-deps", "web-1", "backup", capture_output=False, stdout=file)
    alice.post("after the backup")

    stack.destroy()
    with backup.open("rb") as file:
        stack.compose("run", "--rm", "--no-TTY", "web-1", "restore", stdin=file)
    stack.up()

    # Nobody reloads: the pages that were open the whole time come back by themselves.
    for tab in (alice, bob):
        expect(tab.message("before the backup")).to_be_visible()
        expect(tab.message("after the backup")).to_have_count(0)
    alice.post("on the new machine")
    expect(bob.message("on the new machine")).to_be_visible()
    path = (
        bob.message("the notes").get_by_role("link", name=f"Download {NOTES['name']}").get_attribute("href") or ""
    )
    assert bob.page.request.get(path).body() == NOTES["buffer"]


def test_nothing_of_the_stack_can_do_more_than_it_must(stack: Stack) -> None:
    for name in stack.compose("ps", "--quiet").stdout.split():
        [facts] = json.loads(stack.run("docker", "inspect", name).stdout)
        host = facts["HostConfig"]
        service = facts["Config"]["Labels"]["com.docker.compose.service"]
        assert facts["Config"]["User"] not in ("", "0", "root"), service
        assert host["ReadonlyRootfs"], service
        assert host["CapDrop"] == ["ALL"], service
        assert (host["CapAdd"] or []) in ([], ["CAP_NET_BIND_SERVICE"], ["NET_BIND_SERVICE"]), service
        assert host["Memory"] > 0, service
        assert host["PidsLimit"] > 0, service
        assert any("no-new-privileges" in option for option in host["SecurityOpt"]), service
        assert service == "proxy" or service == "postgres" or not facts["NetworkSettings"]["Ports"].get("8000/tcp")
