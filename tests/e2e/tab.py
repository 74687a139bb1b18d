"""What a person sees and does in one tab, in the words of the page."""

from collections.abc import Sequence

from playwright.sync_api import Locator, Page, expect

from tests.e2e.console import Console


class Tab:
    def __init__(self, page: Page, console: Console) -> None:
        self.page = page
        self.console = console
        self.box = page.locator("#box")
        self.log = page.get_by_role("log")
        self.side = page.get_by_role("navigation", name="Rooms and people")
        self.head = page.locator(".room-head")
        self.panel = page.get_by_role("complementary")
        self.banner = page.locator(".banner:visible")

    # Getting about

    def open(self, room: int, query: str = "") -> None:
        """Load the room's page and wait for its messages."""
        self.page.goto(f"/rooms/{room}/{query}")
        self.loaded()

    def loaded(self) -> None:
        expect(self.log).to_have_attribute("aria-busy", "false")

    def row(self, name: str) -> Locator:
        """A room or conversation in the sidebar."""
        return self.side.locator("a.row", has=self.page.locator(".row-name", has_text=name))

    def go_to(self, name: str) -> None:
        self.row(name).click()
        expect(self.title(name)).to_be_visible()
        self.loaded()

    def title(self, name: str) -> Locator:
        return self.head.get_by_role("heading", level=1, name=name)

    def dialog(self, name: str) -> Locator:
        return self.page.get_by_role("dialog", name=name)

    def confirm(self, question: str, answer: str) -> None:
        self.dialog(question).get_by_role("button", name=answer, exact=True).click()

    def show_details(self, tab: str) -> None:
        if not self.panel.is_visible():
            self.head.get_by_role("button", name="Room details").click()
        self.panel.get_by_role("tab", name=tab).click()

    # Messages

    def type(self, text: str) -> None:
        self.box.fill(text)
        self.box.press("Enter")

    def post(self, text: str) -> Locator:
        """Write a message and wait until the server has it."""
        self.type(text)
        expect(self.message(text)).to_be_visible()
        return self.message(text)

    def message(self, text: str) -> Locator:
        """The messages that the server has, with these words; a quotation of them does not count."""
        return self.page.locator(".msg[data-id]", has=self.page.locator(".msg-body", has_text=text))

    def pending(self, text: str) -> Locator:
        """My messages that the server has not acknowledged."""
        return self.page.locator(".msg[id^='p-']", has_text=text)

    def texts(self) -> Sequence[str]:
        return self.page.locator(".msg[data-id] .msg-body").all_inner_texts()

    def act(self, text: str, button: str) -> None:
        """Press a button of the toolbar that a message shows under the pointer."""
        self.message(text).hover()
        self.message(text).get_by_role("toolbar").get_by_role("button", name=button, exact=True).click()

    def choose(self, text: str, item: str) -> None:
        """Choose from a message's overflow menu."""
        self.act(text, "More actions")
        self.page.get_by_role("menu", name="Message").get_by_role("menuitem", name=item).click()

    def reaction(self, text: str, emoji: str) -> Locator:
        return self.message(text).locator(f".react[data-emoji='{emoji}']")
