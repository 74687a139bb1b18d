"""A page that is open while its site is put back to a backup."""

from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.test_cuts import BROKEN_CONNECTION, assert_delivered_once
from tests.people import gather
from tests.services.site import NewSite


def test_pages_load_afresh_and_keep_what_was_not_sent(new_site: NewSite, visit: Visit, tmp_path: Path) -> None:
    with new_site() as site, site.serve() as server:
        company = gather(site)
        site.close()
        alice, bob = (visit(server, person) for person in (company.alice, company.bob))
        for tab in (alice, bob):
            tab.console.expect(*BROKEN_CONNECTION)
            tab.open(company.general)
        alice.post("before the backup")
        backup = site.manage("backup", "--to", str(tmp_path)).stdout.strip()
        alice.post("after the backup")
        expect(bob.message("after the backup")).to_be_visible()
        bob.box.fill("half a sentence")
        server.stop()
        alice.type("written meanwhile")
        expect(alice.pending("written meanwhile")).to_be_visible()
        site.manage("restore", "--replace", backup)
        server.start()
        for tab in (alice, bob):
            expect(tab.message("written meanwhile")).to_be_visible()
            assert_delivered_once(tab, ["before the backup", "written meanwhile"])
        expect(bob.box).to_have_value("half a sentence")
