"""Posting: many messages of many people and rooms in one transaction.

The one way a message comes into being: sockets, HTTP, imports and tests all call `post_many`. Whatever the size
of the batch, it makes a constant number of statements.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction

from chat.errors import Refused
from chat.models import Message, Query, Room, Site, run_queries

from . import checks
from .inserting import insert
from .moderation.flooding import Pace
from .moderation.withholding import Blocked, record_blocked
from .screening import Broken, Hit, Screened, is_exempt, screen_many
from .wording import Wording, word_many

ATTEMPTS = 3


@dataclass(slots=True)
class Draft:
    """A post on its way. `limited` says that the door's rate limit is used up, for so many seconds: such a
    draft is answered if its ref is stored already, and refused otherwise."""

    author_id: int
    room_id: int
    ref: str
    text: str = field(repr=False)  # whatever is logged of a draft
    reply_to: int | None = None
    attachments: tuple[int, ...] = ()
    kind: str = Message.Kind.TEXT
    sent_at: datetime | None = None
    limited: float | None = None

    @property
    def fingerprint(self) -> bytes:
        body = f"{self.room_id}\0{self.reply_to}\0{self.attachments}\0{self.text}"
        return hashlib.blake2b(body.encode(), digest_size=16).digest()


@dataclass(frozen=True, slots=True)
class Posted:
    message_id: int
    tick: int
    room_id: int
    new: bool


Outcome = Posted | Refused


def post(draft: Draft) -> Posted:
    """One post. Raises its refusal."""
    [outcome] = post_many([draft])
    if isinstance(outcome, Refused):
        raise outcome
    return outcome


def post_many(drafts: Sequence[Draft]) -> list[Outcome]:
    """Store the drafts and return, in their order, what became of each.

    A refused draft takes no tick and stops nobody else's. A ref that its author has used before returns the
    original, from the database or from earlier in the same batch. Database errors are raised, and then nothing
    of the batch is stored.
    """
    worded = word_many(drafts)
    screened = screen_many(drafts, worded)
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with transaction.atomic():
                outcomes, pace = _store(drafts, worded, screened)
            pace.settle()
            return outcomes
        except IntegrityError:
            # The same ref came through another process in the same moment: now it will be found stored.
            if attempt == ATTEMPTS:
                raise
    raise AssertionError("unreachable")


def _store(
    drafts: Sequence[Draft], worded: Sequence[Wording | Refused], screened: Sequence[Screened]
) -> tuple[list[Outcome], Pace]:
    locked = Room.objects.locking(draft.room_id for draft in drafts)
    refs = _stored_refs(drafts)
    members = checks.members(drafts)
    run_queries(locked, refs, members)
    rooms = {room.pk: room for room in locked.rows}
    stored = {(row.author_id, row.ref): row for row in refs.rows}
    rules = checks.Rules.read(drafts, rooms, members.rows)
    outcomes: dict[int, Outcome] = {}
    accepted: dict[tuple[int, str], int] = {}
    repeats: dict[int, int] = {}
    hits: dict[int, Hit] = {}
    blocked: list[Blocked] = []
    pace = Pace(screened[0].site if screened else Site())
    for index, (draft, wording) in enumerate(zip(drafts, worded, strict=True)):
        key = (draft.author_id, draft.ref)
        try:
            rules.require_member(draft)
            if (original := stored.get(key)) is not None:
                outcomes[index] = _again(draft, original)
            elif (first := accepted.get(key)) is not None:
                if drafts[first].fingerprint != draft.fingerprint:
                    raise _conflict()
                repeats[index] = first
            else:
                if (hit := _require_allowed(draft, wording, screened[index], rules, pace)) is not None:
                    hits[index] = hit
                rules.accept(draft)
                accepted[key] = index
        except Broken as refusal:
            outcomes[index] = refusal
            blocked.append(Blocked(rules.author(draft), rooms[draft.room_id], refusal.hit))
        except Refused as refusal:
            outcomes[index] = refusal
    rows = insert(drafts, worded, list(accepted.values()), rules, hits)
    record_blocked(blocked)
    for index, row in rows.items():
        outcomes[index] = Posted(row.pk, row.tick, row.room_id, new=True)
    for index, first in repeats.items():
        row = rows[first]
        outcomes[index] = Posted(row.pk, row.tick, row.room_id, new=False)
    return [outcomes[index] for index in range(len(drafts))], pace


def _require_allowed(
    draft: Draft, wording: Wording | Refused, screened: Screened, rules: checks.Rules, pace: Pace
) -> Hit | None:
    """Raises the refusal of a draft that is new; returns the rule that hides or flags it, if one does."""
    if isinstance(wording, Refused):
        raise wording
    rules.require_may_post(draft)
    if draft.sent_at is not None:
        # Said elsewhere, at another time.
        return None
    author, role, _ = rules.members[draft.author_id, draft.room_id]
    hit = screened.judge(author=author, role=role, room=rules.rooms[draft.room_id], now=rules.now)
    # A bot repeats itself for a living.
    if not author.bot and not is_exempt(author, role):
        pace.require(author.pk, screened.digest)
    return hit


def _stored_refs(drafts: Sequence[Draft]) -> Query[Message]:
    return Query(
        Message,
        "SELECT id, author_id, ref, fingerprint, tick, room_id FROM chat_message "
        "WHERE author_id IN ({}) AND ref IN ({})",
        [{draft.author_id for draft in drafts}, {draft.ref for draft in drafts}],
    )


def _again(draft: Draft, original: Message) -> Posted:
    if bytes(original.fingerprint) != draft.fingerprint:
        raise _conflict()
    return Posted(original.pk, original.tick, original.room_id, new=False)


def _conflict() -> Refused:
    return Refused("conflict", "This ref was used for another message.")
