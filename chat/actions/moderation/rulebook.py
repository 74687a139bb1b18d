"""The word rules and limits as this process knows them, so that a post costs no query for them.

Read again when a change is announced, and every 10 seconds for the announcement that was lost.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from chat import screening
from chat.models import Site, WordRule

LIFETIME = 10.0  # seconds

_STRICTNESS: list[str] = [WordRule.Mode.BLOCK, WordRule.Mode.HIDE, WordRule.Mode.FLAG]


@dataclass(frozen=True, slots=True)
class Rule:
    id: int
    pattern: str
    mode: str


class Page:
    """The rules of one room, or of the site."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = rules

    @cached_property
    def _matcher(self) -> screening.Matcher:
        # Made when somebody speaks there.
        return screening.Matcher([rule.pattern for rule in self.rules])

    def hits(self, texts: Iterable[str]) -> list[Rule]:
        return [self.rules[index] for text in texts for index in self._matcher.find(text)]


class Book:
    def __init__(self, site: Site, pages: dict[int | None, Page]) -> None:
        self.site = site
        self.pages = pages

    def strictest(self, room_id: int, texts: Sequence[str]) -> Rule | None:
        """Of the rules of the site and the room that these normalised texts break."""
        hits = [
            rule
            for place in (None, room_id)
            if (page := self.pages.get(place)) is not None
            for rule in page.hits(texts)
        ]
        return min(hits, key=lambda rule: (_STRICTNESS.index(rule.mode), rule.id), default=None)

    def has_rules(self, room_id: int) -> bool:
        return None in self.pages or room_id in self.pages


_lock = threading.Lock()
_book: Book | None = None
_read_at = 0.0
_edition = 0  # how often a change was heard of


def current() -> Book:
    """The rules that hold now. Two queries when they must be read, else none."""
    global _book, _read_at
    book = _book
    if book is not None and time.monotonic() - _read_at < LIFETIME:
        return book
    edition, now = _edition, time.monotonic()
    book = _read(book)
    with _lock:
        # A change that was heard of meanwhile may be missing here: read again with the next post.
        if edition == _edition:
            _book, _read_at = book, now
    return book


def forget() -> None:
    """The rules have changed. From any thread."""
    global _read_at, _edition
    with _lock:
        _edition += 1
        _read_at = -LIFETIME


def _read(before: Book | None) -> Book:
    rows: dict[int | None, list[Rule]] = defaultdict(list)
    found = WordRule.objects.filter(active=True).order_by("pk").values_list("room_id", "pk", "pattern", "mode")
    for room_id, rule_id, pattern, mode in found:
        rows[room_id].append(Rule(rule_id, pattern, mode))
    known = before.pages if before is not None else {}
    # What did not change keeps its matcher.
    pages = {
        place: old if (old := known.get(place)) is not None and old.rules == rules else Page(rules)
        for place, rules in rows.items()
    }
    return Book(Site.objects.filter(pk=1).first() or Site(), pages)
