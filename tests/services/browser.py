"""The browser the end-to-end tests drive: the system's, or Playwright's where there is none."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserType, sync_playwright

from tests.services.programs import find

# The shell of Chromium has no windows, and takes half of the time.
NAMES = (
    "chromium-headless-shell",
    "chromium",
    "google-chrome",
    "google-chrome-stable",
    "Google Chrome",
    "Chromium",
)
FOLDERS = ("/Applications/Google Chrome.app/Contents/MacOS", "/Applications/Chromium.app/Contents/MacOS")
# What a browser does on the side, to servers that are none of a test's business.
QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def system_browser() -> str | None:
    """The path of an installed Chromium or Chrome. A snap cannot be driven, so it does not count."""
    path = find(*NAMES, folders=FOLDERS)
    return None if path and Path(path).resolve().name == "snap" else path


@contextmanager
def running_browser() -> Iterator[Browser]:
    with sync_playwright() as playwright, launch(playwright.chromium) as browser:
        yield browser


@contextmanager
def launch(kind: BrowserType, *switches: str) -> Iterator[Browser]:
    """A browser process with these switches on its command line."""
    # Chromium's sandbox refuses to work for root.
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    browser = kind.launch(executable_path=system_browser(), args=[*QUIET, *sandbox, *switches])
    yield browser
    browser.close()
