"""axe-core, the accessibility checker, run inside a page."""

from functools import cache

from playwright.sync_api import Page

from tests.services.programs import ROOT, cannot_run

SCRIPT = ROOT / "node_modules" / "axe-core" / "axe.min.js"
GRAVE = {"serious", "critical"}


def assert_accessible(page: Page) -> None:
    """Nothing serious or critical stands against the page as it is at this moment."""
    # A script element is what the content policy of the site forbids.
    page.evaluate(_source())
    # Colours are measured as they are in the end, not halfway through a transition.
    page.evaluate("Promise.allSettled(document.getAnimations().map(animation => animation.finished))")
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    told = [
        f"{violation['impact']} {violation['id']}: {node['html']}\n    {node['failureSummary']}"
        for violation in found["violations"]
        if violation["impact"] in GRAVE
        for node in violation["nodes"]
    ]
    assert not told, f"{page.url}:\n" + "\n".join(told)


@cache
def _source() -> str:
    if not SCRIPT.exists():
        cannot_run("axe-core is not installed; bin/prepare installs it")
    return SCRIPT.read_text()
