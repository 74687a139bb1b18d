"""The corpus in a real browser, on the room's page: it runs nothing and asks nobody else."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Dialog, Page, Request

from tests.e2e.console import Console
from tests.e2e.tab import Tab
from tests.hostile.corpus import EXPLOSIVE, SCRIPTS, explosive
from tests.markup import ATTRIBUTES, CLASSES
from tests.people import Company, Person, gather
from tests.services.browser import running_browser
from tests.services.site import NewSite, Server

INSPECTOR = (Path(__file__).parent / "inspector.js").read_text(encoding="utf-8")
WATCH = "addEventListener('securitypolicyviolation', (e) => console.error(`forbidden: ${e.violatedDirective}`))"


class Watched:
    """A page of the site, and all that must not happen on it."""

    def __init__(self, browser: Browser, server: Server, person: Person) -> None:
        context = browser.new_context(base_url=server.url, locale="en-GB")
        context.add_cookies(
            [{"name": name, "value": value, "url": server.url} for name, value in person.cookies.items()]
        )
        context.add_init_script(WATCH)
        self.page: Page = context.new_page()
        self.tab = Tab(self.page, Console(self.page))
        self.happened: list[str] = []
        self._own = server.url
        self.page.on("dialog", self._dismiss)
        self.page.on("request", self._see)
        self.page.on("popup", lambda page: self.happened.append(f"window {page.url}"))
        self.page.on("framenavigated", lambda frame: self._see_frame(frame.url))

    def inspect(self) -> list[str]:
        allowed = {name: sorted(attributes) for name, attributes in ATTRIBUTES.items()}
        complaints: list[str] = self.page.evaluate(
            INSPECTOR, {"selector": ".msg-body", "allowed": allowed, "classes": sorted(CLASSES)}
        )
        return complaints

    def shown(self) -> set[int]:
        ids: list[str] = self.page.locator(".msg[data-id]").evaluate_all("all => all.map((m) => m.dataset.id)")
        return set(map(int, ids))

    def _dismiss(self, dialog: Dialog) -> None:
        self.happened.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def _see(self, request: Request) -> None:
        if not request.url.startswith((self._own, "data:", "blob:")):
            self.happened.append(f"request {request.url}")

    def _see_frame(self, url: str) -> None:
        if not url.startswith((self._own, "about:blank")):
            self.happened.append(f"frame {url}")


@pytest.fixture(scope="module")
def own_browser() -> Iterator[Browser]:
    """Gone after these tests: while one is there, no loop runs for those that need one."""
    with running_browser() as browser:
        yield browser


@pytest.fixture
def site(new_site: NewSite) -> Iterator[tuple[Server, Company]]:
    with new_site() as site, site.serve() as server:
        yield server, gather(site)


def test_the_corpus_does_nothing_in_a_browser(site: tuple[Server, Company], own_browser: Browser) -> None:
    server, company = site
    texts = [*SCRIPTS, *(explosive(name, 1_000) for name in EXPLOSIVE)]
    # A message of nothing but blanks is none.
    posted = _post(server, company, [text for text in texts if text.strip()])
    watched = Watched(own_browser, server, company.alice)
    left = set(posted)
    while left:
        at = min(left)
        watched.tab.open(company.general, f"?at={at}")
        assert watched.inspect() == []
        left -= watched.shown()
        assert at not in left
    assert watched.happened == []
    watched.tab.console.assert_quiet()
    watched.page.context.close()


# What would be found if it were there: the browser's own parser makes it of a body.
UNSAFE = {
    "<img src=x onerror=alert(1)>": "<img>",
    "<svg><script>alert(1)</script></svg>": "<svg>",
    "<p onclick=x>": "<p onclick>",
    "<p class=toast id=box>": "<p id>",
    "<a href='javascript:alert(1)'>x</a>": "a link to javascript:",
    "<div><template shadowrootmode=open></template></div>": "<template>",
}


def test_the_inspector_finds_what_is_not_allowed(site: tuple[Server, Company], own_browser: Browser) -> None:
    server, company = site
    _post(server, company, ["harmless"])
    watched = Watched(own_browser, server, company.alice)
    watched.tab.open(company.general)
    assert watched.inspect() == []
    for html, complaint in UNSAFE.items():
        _write_into_body(watched.page, html)
        assert complaint in watched.inspect()
    # The policy of the site stops each of them, and that is heard, too.
    watched.tab.console.expect("Content Security Policy", "forbidden: ", "Failed to load resource")
    with watched.page.expect_event("request"):
        _write_into_body(
            watched.page, "<img src='http://127.0.0.1:9/pixel'><p style='color:red' onclick='alert(1)'>x</p>"
        )
    watched.page.locator(".msg-body p").click()
    complaints = watched.tab.console.complaints
    assert any("forbidden: img-src" in each for each in complaints)
    assert any("forbidden: style-src" in each for each in complaints)
    assert any("forbidden: script-src" in each for each in complaints)
    with watched.page.expect_event("framenavigated"):
        _write_into_body(watched.page, "<iframe src='http://127.0.0.1:9/frame'></iframe>")
    with watched.page.expect_event("dialog"):
        watched.page.evaluate("setTimeout(() => alert('heard'))")
    for what in ("request http://127.0.0.1:9/pixel", "frame chrome-error:", "dialog heard"):
        assert any(each.startswith(what) for each in watched.happened), (what, watched.happened)
    watched.page.context.close()


def _post(server: Server, company: Company, texts: list[str]) -> list[int]:
    """Every text as a message of Bob's; returns their ids in order."""
    ids = []
    with company.bob.http(server.url) as http:
        for number, text in enumerate(texts):
            body: dict[str, Any] = {"ref": f"corpus-{number}", "text": text}
            answer = http.post(f"/api/rooms/{company.general}/messages", json=body)
            assert answer.status_code == 201, (text[:80], answer.text)
            ids.append(answer.json()["id"])
    return ids


def _write_into_body(page: Page, html: str) -> None:
    page.locator(".msg-body").first.evaluate("(body, html) => { body.innerHTML = html; }", html)
