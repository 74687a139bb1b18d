"""Posting: many messages of many people and rooms in one transaction.

The one way a message comes into being: sockets, HTTP, imports and tests all call `post_many`. Whatever the size
of the batch, it makes a constant number of statements.
"""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from chat import announce, encoding, protocol
from chat.errors import Refused
from chat.models import Attachment, Mention, Message, Room, select

from . import checks
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
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with transaction.atomic():
                return _store(drafts, worded)
        except IntegrityError:
            # The same ref came through another process in the same moment: now it will be found stored.
            if attempt == ATTEMPTS:
                raise
    raise AssertionError("unreachable")


def _store(drafts: Sequence[Draft], worded: Sequence[Wording | Refused]) -> list[Outcome]:
    rooms = Room.objects.lock(draft.room_id for draft in drafts)
    stored = _stored_refs(drafts)
    rules = checks.Rules.read(drafts, rooms)
    outcomes: dict[int, Outcome] = {}
    accepted: dict[tuple[int, str], int] = {}
    repeats: dict[int, int] = {}
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
                if isinstance(wording, Refused):
                    raise wording
                rules.require_may_post(draft)
                accepted[key] = index
        except Refused as refusal:
            outcomes[index] = refusal
    rows = _insert(drafts, worded, list(accepted.values()), rooms, rules)
    for index, row in rows.items():
        outcomes[index] = Posted(row.pk, row.tick, row.room_id, new=True)
    for index, first in repeats.items():
        row = rows[first]
        outcomes[index] = Posted(row.pk, row.tick, row.room_id, new=False)
    return [outcomes[index] for index in range(len(drafts))]


def _stored_refs(drafts: Sequence[Draft]) -> dict[tuple[int, str], Message]:
    rows = select(
        Message,
        "SELECT id, author_id, ref, fingerprint, tick, room_id FROM chat_message "
        "WHERE author_id IN ({}) AND ref IN ({})",
        {draft.author_id for draft in drafts},
        {draft.ref for draft in drafts},
    )
    return {(row.author_id, row.ref): row for row in rows}


def _again(draft: Draft, original: Message) -> Posted:
    if bytes(original.fingerprint) != draft.fingerprint:
        raise _conflict()
    return Posted(original.pk, original.tick, original.room_id, new=False)


def _conflict() -> Refused:
    return Refused("conflict", "This ref was used for another message.")


def _insert(
    drafts: Sequence[Draft],
    worded: Sequence[Wording | Refused],
    accepted: list[int],
    rooms: dict[int, Room],
    rules: checks.Rules,
) -> dict[int, Message]:
    """Take the ticks, write the rows, and announce each room's changes. Returns the message of each index."""
    ticks: dict[int, int] = defaultdict(int)
    rows: dict[int, Message] = {}
    now = timezone.now()
    for index in accepted:
        draft, wording = drafts[index], worded[index]
        assert isinstance(wording, Wording)
        ticks[draft.room_id] += 1
        tick = rooms[draft.room_id].clock + ticks[draft.room_id]
        rows[index] = Message(
            room_id=draft.room_id,
            author=rules.author(draft),
            tick=tick,
            changed=tick,
            kind=draft.kind,
            ref=draft.ref,
            fingerprint=draft.fingerprint,
            text=draft.text,
            html=wording.html,
            everyone=wording.everyone,
            sent_at=draft.sent_at or now,
            reply_to=rules.quoted(draft),
        )
    if not rows:
        return rows
    Room.objects.advance(ticks)
    Message.objects.bulk_create(rows.values())
    mentions = {
        index: [
            Mention(message=row, user_id=user_id, room_id=row.room_id, tick=row.tick)
            for user_id in _mentioned(worded[index])
        ]
        for index, row in rows.items()
    }
    Mention.objects.bulk_create(mention for group in mentions.values() for mention in group)
    files = _link_files(drafts, rows, rules)
    changes: dict[int, list[protocol.Change]] = defaultdict(list)
    for index, row in rows.items():
        encoded = encoding.message(row, [mention.user_id for mention in mentions[index]], files.get(index, []))
        changes[row.room_id].append(protocol.Change(tick=row.tick, message=encoded))
    for room_id, changed in changes.items():
        announce.changes(room_id, changed)
    return rows


def _mentioned(wording: Wording | Refused) -> tuple[int, ...]:
    return wording.mentions if isinstance(wording, Wording) else ()


def _link_files(
    drafts: Sequence[Draft], rows: dict[int, Message], rules: checks.Rules
) -> dict[int, list[Attachment]]:
    linked: dict[int, list[Attachment]] = {}
    for index, row in rows.items():
        if drafts[index].attachments:
            linked[index] = rules.files(drafts[index])
            for file in linked[index]:
                file.message = row
    Attachment.objects.bulk_update([file for files in linked.values() for file in files], ["message"])
    return linked
