"""The same conversation on the other server, and on two processes that share PostgreSQL and Redis."""

from playwright.sync_api import Browser, expect

from tests.e2e.conftest import Visit
from tests.e2e.console import Console
from tests.e2e.tab import Tab
from tests.e2e.test_cuts import BROKEN_CONNECTION
from tests.people import Company, Person, gather
from tests.services.browser import launch
from tests.services.redis import RedisServer
from tests.services.site import NewSite, Server


def talk(alice: Tab, bob: Tab, company: Company) -> None:
    alice.open(company.general)
    bob.open(company.general)
    bob.box.press_sequentially("more")
    expect(alice.page.get_by_text("Bob is typing…")).to_be_visible()
    alice.post("from here")
    expect(bob.message("from here")).to_be_visible()
    bob.act("from here", "React with 👍")
    expect(alice.reaction("from here", "👍")).to_be_visible()
    bob.post("and back")
    expect(alice.message("and back")).to_be_visible()


def test_on_uvicorn(new_site: NewSite, visit: Visit) -> None:
    with new_site() as site, site.serve("uvicorn") as server:
        company = gather(site)
        alice, bob = visit(server, company.alice), visit(server, company.bob)
        talk(alice, bob, company)
        for tab in (alice, bob):
            tab.console.expect(*BROKEN_CONNECTION)
        server.stop()
        server.start()
        alice.type("after the restart")
        expect(bob.message("after the restart")).to_have_count(1)


def test_two_processes_are_one_site(
    new_postgres_site: NewSite, redis_server: RedisServer, browser: Browser
) -> None:
    with (
        new_postgres_site(redis_server.url) as site,
        # The channel layer logs a traceback for every attempt to reach Redis.
        site.serve(trouble_expected=True) as first,
        site.serve(trouble_expected=True) as second,
        launch(browser.browser_type) as here,
        # Both people type the site's one address, and a balancer brings them to different processes.
        launch(browser.browser_type, f"--host-resolver-rules=MAP {address(first)} {address(second)}") as there,
    ):
        company = gather(site)
        alice, bob = visit_from(here, first, company.alice), visit_from(there, first, company.bob)
        talk(alice, bob, company)
        redis_server.stop()
        alice.post("without Redis")
        expect(bob.message("without Redis")).to_be_visible()
        redis_server.start()
        bob.post("and again with it")
        expect(alice.message("and again with it")).to_be_visible()
        for tab in (alice, bob):
            tab.console.assert_quiet()


def address(server: Server) -> str:
    return f"127.0.0.1:{server.port}"


def visit_from(browser: Browser, server: Server, person: Person) -> Tab:
    context = browser.new_context(base_url=server.url, locale="en-GB")
    context.add_cookies(
        [{"name": name, "value": value, "url": server.url} for name, value in person.cookies.items()]
    )
    page = context.new_page()
    return Tab(page, Console(page))
