"""The rows of posts that nothing refuses: messages, mentions, files, and what a rule puts aside."""

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils import timezone

from chat import announce, encoding, protocol
from chat.errors import Refused
from chat.models import Attachment, Mention, Message, Removal, Room

from . import checks
from .moderation.withholding import Caught, open_cases, put_aside
from .screening import Hit
from .wording import Wording

if TYPE_CHECKING:
    from .posting import Draft


def insert(
    drafts: Sequence["Draft"],
    worded: Sequence[Wording | Refused],
    accepted: list[int],
    rules: checks.Rules,
    hits: dict[int, Hit],
) -> dict[int, Message]:
    """Take the ticks, write the rows, and announce each room's changes. Returns the message of each index."""
    caught: list[Caught] = []
    removals: list[Removal] = []
    ticks: dict[int, int] = defaultdict(int)
    rows: dict[int, Message] = {}
    now = timezone.now()
    for index in accepted:
        draft, wording = drafts[index], worded[index]
        assert isinstance(wording, Wording)
        ticks[draft.room_id] += 1
        tick = rules.rooms[draft.room_id].clock + ticks[draft.room_id]
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
        if (hit := hits.get(index)) is not None:
            caught.append(Caught(rows[index], rules.rooms[draft.room_id], hit, wording.mentions))
            if caught[-1].hides:
                removals.append(put_aside(caught[-1]))
    if not rows:
        return rows
    with Room.objects.advancing(ticks):
        Message.objects.bulk_create(rows.values())
    mentions = {
        index: [
            Mention(message=row, user_id=user_id, room_id=row.room_id, tick=row.tick)
            for user_id in ([] if row.deleted else _mentioned(worded[index]))
        ]
        for index, row in rows.items()
    }
    Mention.objects.bulk_create(mention for group in mentions.values() for mention in group)
    files = _link_files(drafts, rows, rules)
    open_cases(caught, removals)
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
    drafts: Sequence["Draft"], rows: dict[int, Message], rules: checks.Rules
) -> dict[int, list[Attachment]]:
    linked: dict[int, list[Attachment]] = {}
    for index, row in rows.items():
        if drafts[index].attachments:
            linked[index] = rules.files(drafts[index])
            for file in linked[index]:
                file.message = row
    Attachment.objects.bulk_update([file for files in linked.values() for file in files], ["message"])
    return linked
