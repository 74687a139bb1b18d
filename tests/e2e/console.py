"""What the browser complains of behind a page: failed scripts, forbidden content, refused requests."""

import re

from playwright.sync_api import ConsoleMessage, Error, Page


class Console:
    """Gathers the complaints of one page."""

    def __init__(self, page: Page) -> None:
        self.complaints: list[str] = []
        self._expected: list[re.Pattern[str]] = []
        page.on("console", self._hear)
        page.on("pageerror", self._hear_error)

    def expect(self, *patterns: str) -> None:
        """The test brings these about: regular expressions, each for one kind of complaint."""
        self._expected += [re.compile(pattern) for pattern in patterns]

    def assert_quiet(self) -> None:
        unexpected = [
            complaint
            for complaint in self.complaints
            if not any(pattern.search(complaint) for pattern in self._expected)
        ]
        assert not unexpected, "the browser complained:\n" + "\n".join(unexpected)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")

    def _hear_error(self, error: Error) -> None:
        self.complaints.append(f"uncaught: {error}")
