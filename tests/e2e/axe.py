"""axe-core, the accessibility checker, run inside a page."""

from functools import cache
from typing import Literal

from playwright.sync_api import Page

from tests.services.programs import ROOT, cannot_run

SCRIPT = ROOT / "node_modules" / "axe-core" / "axe.min.js"
GRAVE = {"serious", "critical"}
SCHEMES: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")


def assert_accessible(page: Page) -> None:
    """Nothing serious or critical stands against the page as it is at this moment, in light and in dark."""
    # A script element is what the content policy of the site forbids.
    page.evaluate(_source())
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        _assert_accessible_now(page, scheme)


def _assert_accessible_now(page: Page, scheme: str) -> None:
    # Colours are measured as they are in the end, not halfway through a transition.
    page.evaluate("Promise.allSettled(document.getAnimations().map(animation => animation.finished))")
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    told = [
        f"{violation['impact']} {violation['id']}: {node['html']}\n    {node['failureSummary']}"
        for violation in found["violations"]
        if violation["impact"] in GRAVE
        for node in violation["nodes"]
    ]
    assert not told, f"{page.url}, {scheme}:\n" + "\n".join(told)


@cache
def _source() -> str:
    if not SCRIPT.exists():
        cannot_run("axe-core is not installed; bin/prepare installs it")
    return SCRIPT.read_text()
