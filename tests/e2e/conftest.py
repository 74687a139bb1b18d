"""Tabs of people's own browsers, on a site that all tests share: Daphne, as it is served by default."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.browsers import Browsers
from tests.e2e.console import Console
from tests.e2e.tab import Tab
from tests.people import Company, Person
from tests.services.site import NewSite, Server

# A busy machine is slow, and no test may fail for that.
expect.set_options(timeout=20_000)

# `visit(server, person)` and options of a browser context, such as `viewport`; nobody: signed out.
Visit = Callable[..., Tab]


@pytest.fixture(scope="session")
def _server(new_site: NewSite) -> Iterator[Server]:
    with new_site() as site, site.serve() as server:
        yield server


@pytest.fixture(scope="session")
def _browsers(browser: Browser) -> Browsers:
    return Browsers(browser)


@pytest.fixture
def visit(_browsers: Browsers) -> Iterator[Visit]:
    """Opens tabs, each in a browser of its own. In the end none may have complained."""
    tabs: list[tuple[Tab, dict[str, Any]]] = []

    def open_tab(server: Server, person: Person | None = None, **options: Any) -> Tab:
        options = {"base_url": server.url, "locale": "en-GB"} | options
        page = _browsers.lend(**options)
        if person:
            page.context.add_cookies(
                [{"name": name, "value": value, "url": server.url} for name, value in person.cookies.items()]
            )
        tab = Tab(page, Console(page))
        tabs.append((tab, options))
        return tab

    yield open_tab
    for tab, _ in tabs:
        tab.console.assert_quiet()
    for tab, options in tabs:
        _browsers.take_back(tab.page, **options)


@pytest.fixture
def alice(visit: Visit, server: Server, company: Company) -> Tab:
    """Alice owns the room General, which is on her screen."""
    tab = visit(server, company.alice)
    tab.open(company.general)
    return tab


@pytest.fixture
def bob(visit: Visit, server: Server, company: Company) -> Tab:
    """Bob is a member of General, which is on his screen."""
    tab = visit(server, company.bob)
    tab.open(company.general)
    return tab
