"""Browsers to lend: each has cookies and storage of its own, and is empty when it is lent again.

All but their cache of files, for a page of a hundred modules takes a second to load for the first time.
"""

import json
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page


class Browsers:
    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: dict[str, list[BrowserContext]] = {}

    def lend(self, **options: Any) -> Page:
        """A page of an empty browser with these options of a browser context."""
        free = self._free.setdefault(_key(options), [])
        context = free.pop() if free else self._browser.new_context(**options)
        context.set_default_timeout(20_000)
        return context.new_page()

    def take_back(self, page: Page, **options: Any) -> None:
        context = page.context
        context.set_offline(False)
        context.clear_cookies()
        for each in context.pages:
            each.close()
        blank = context.new_page()
        context.new_cdp_session(blank).send(
            "Storage.clearDataForOrigin",
            {"origin": options["base_url"], "storageTypes": "local_storage,indexeddb"},
        )
        blank.close()
        self._free[_key(options)].append(context)


def _key(options: dict[str, Any]) -> str:
    return json.dumps(options, sort_keys=True)
