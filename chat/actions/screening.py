"""What the rules that work alone say of posts and edits. Texts are read before the transaction, as for rendering.

The room's moderators and the site's are exempt from all of it, and so is what was said elsewhere and is imported.
In direct rooms rules refuse and do nothing else: their words come before moderators by reports alone.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from chat import ranks, screening
from chat.errors import Refused
from chat.models import Membership, Room, Site, User, WordRule

from .moderation import rulebook
from .wording import Wording

Mode = WordRule.Mode
SHORT = 5  # characters: "yes" may be said as often as one likes


class HasPlace(Protocol):
    room_id: int
    text: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that applies, as the record has it: `rule` is the id of a word rule, or the name of a limit."""

    mode: str
    rule: int | str
    pattern: str = ""

    @property
    def reason(self) -> str:
        return f"Word rule: {self.pattern}" if self.pattern else "A link by a new member"


class Broken(Refused):
    """A rule forbids the text; which one is for the record alone."""

    def __init__(self, hit: Hit, message: str) -> None:
        super().__init__("forbidden", message)
        self.hit = hit


@dataclass(frozen=True, slots=True)
class Screened:
    """What there is to say of a text, whoever wrote it and whenever."""

    site: Site
    rule: rulebook.Rule | None = None
    link: bool = False
    mentions: int = 0
    everyone: bool = False
    digest: bytes | None = None  # what repeats it has the same; None for short ones, and while there is no limit

    def judge(self, *, author: User, role: str, room: Room, now: datetime) -> Hit | None:
        """The rule that hides or flags the message, if one does. Raises `Refused` with `forbidden`."""
        if is_exempt(author, role):
            return None
        if self.rule is not None and self.rule.mode == Mode.BLOCK:
            raise Broken(_hit(self.rule), "A rule of this site does not allow this text.")
        links = self.site.links_from_new_members
        suspect = self.link and links != Site.Links.ALLOW and _is_new(author, self.site, now)
        if suspect and links == Site.Links.BLOCK:
            raise Broken(Hit(Mode.BLOCK, "links_from_new_members"), "New members cannot post links yet.")
        self._require_few_mentions()
        if room.kind == Room.Kind.DIRECT:
            return None
        if self.rule is not None and (self.rule.mode == Mode.HIDE or not suspect):
            return _hit(self.rule)
        return Hit(Mode.FLAG, "links_from_new_members") if suspect else None

    def _require_few_mentions(self) -> None:
        most = self.site.max_mentions
        if most and self.everyone:
            raise Refused("forbidden", "Only moderators can mention everyone here.")
        if most and self.mentions > most:
            raise Refused("forbidden", f"A message can mention at most {most} people.")


def screen_many(drafts: Sequence[HasPlace], worded: Sequence[Wording | Refused]) -> list[Screened]:
    """What the rules of now find in each draft. No query, but for two every ten seconds or after a change."""
    book = rulebook.current()
    return [
        Screened(book.site) if isinstance(wording, Refused) else _screened(book, draft, wording)
        for draft, wording in zip(drafts, worded, strict=True)
    ]


def is_exempt(author: User, role: str) -> bool:
    # Nobody but moderators of the site and its owners is staff: to ask for the permission would cost queries.
    in_room = ranks.OF_ROLE[Membership.Role(role)]
    return in_room >= ranks.Rank.ROOM_MODERATOR or author.is_staff or author.is_superuser


def _screened(book: rulebook.Book, draft: HasPlace, wording: Wording) -> Screened:
    rule, digest = None, None
    if book.has_rules(draft.room_id):
        rule = book.strictest(draft.room_id, screening.readings_of_message(draft.text, wording.html))
    if book.site.max_duplicates:
        said = screening.normalise(draft.text)
        digest = hashlib.blake2b(said.encode(), digest_size=8).digest() if len(said) >= SHORT else None
    return Screened(
        site=book.site,
        rule=rule,
        link=book.site.links_from_new_members != Site.Links.ALLOW and screening.holds_link(wording.html),
        mentions=len(wording.mentions),
        everyone=wording.everyone,
        digest=digest,
    )


def _hit(rule: rulebook.Rule) -> Hit:
    return Hit(rule.mode, rule.id, rule.pattern)


def _is_new(author: User, site: Site, now: datetime) -> bool:
    return author.date_joined > now - timedelta(hours=site.new_member_hours)
