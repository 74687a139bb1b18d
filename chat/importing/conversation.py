"""A log's lines into a room, through the batch action, in memory that does not grow with the log."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from chat.actions import authors, posting
from chat.actions.posting import Draft, Outcome, Posted
from chat.errors import Refused
from chat.models import Message, Room, User
from chat.protocol import TEXT_LENGTH

from .irc import Line
from .literal import literal

BATCH = 300
LOG_ITSELF = "irc-log"  # who says what no nick does
_MENTION = re.compile(r"@(?=\S)")


@dataclass(slots=True)
class Tally:
    """How many lines were stored, found stored already, and refused; and the first refusal, in words."""

    new: int = 0
    known: int = 0
    refused: int = 0
    first_refusal: str = ""


def source_key(room: Room, name: str, first_line: bytes) -> str:
    """Names a log for ever, however long it grows: by room, file name and first line."""
    return hashlib.blake2b(f"{room.pk}\0{name}\0".encode() + first_line, digest_size=8).hexdigest()


class Conversation:
    """Posts the lines of one log into a room. Repeating it adds what is new: refs name log and line."""

    def __init__(self, room: Room, key: str, answers: Mapping[int, int]) -> None:
        self.tally = Tally()
        self._room = room
        self._prefix = f"irc-{key}-"
        self._answers = answers
        self._sources = frozenset(answers.values())
        self._messages: dict[int, int] = {}  # ids, of the lines that are answered
        self._people: dict[str, User] = {}
        earlier = Message.objects.filter(room=room, ref__startswith=self._prefix).order_by()
        self._earlier = frozenset(earlier.values_list("author", flat=True).distinct())

    def post(self, lines: Iterable[Line]) -> None:
        """Raises `Refused` when nobody can be found to be the author of a line."""
        batch: list[Line] = []
        for line in lines:
            # What is answered must be stored first, to have an id.
            answers_pending = bool(batch) and self._answers.get(line.number, -1) >= batch[0].number
            if answers_pending or len(batch) == BATCH:
                self._post_batch(batch)
                batch = []
            batch.append(line)
        self._post_batch(batch)

    def _post_batch(self, batch: list[Line]) -> None:
        self._meet(batch)
        drafts = [self._draft(line) for line in batch]
        outcomes = posting.post_many(drafts)
        conflicting = {
            draft.ref
            for draft, outcome in zip(drafts, outcomes, strict=True)
            if isinstance(outcome, Refused) and outcome.code == "conflict"
        }
        known = self._stored(drafts, conflicting) if conflicting else {}
        for line, draft, outcome in zip(batch, drafts, outcomes, strict=True):
            self._count(line, outcome, known.get(draft.ref))

    def _meet(self, batch: list[Line]) -> None:
        nicks = {line.nick for line in batch if line.nick is not None} - self._people.keys()
        if nicks:
            self._people |= authors.admit_authors(room=self._room, names=nicks, known=self._earlier)
        if LOG_ITSELF not in self._people and any(line.nick is None for line in batch):
            self._people |= authors.admit_authors(
                room=self._room, names=[LOG_ITSELF], known=self._earlier, bot=True
            )

    def _draft(self, line: Line) -> Draft:
        source = self._answers.get(line.number)
        return Draft(
            author_id=self._people[line.nick or LOG_ITSELF].pk,
            room_id=self._room.pk,
            ref=f"{self._prefix}{line.number}",
            text=_words(line),
            reply_to=None if source is None else self._messages.get(source),
            kind=Message.Kind.NOTICE if line.kind == "notice" else Message.Kind.TEXT,
            sent_at=line.at,
        )

    def _stored(self, drafts: list[Draft], refs: set[str]) -> dict[str, int]:
        """What earlier runs made of lines that read differently now: with other links, or since edited."""
        writers = {draft.author_id for draft in drafts}
        rows = Message.objects.filter(author_id__in=writers, ref__in=refs, room=self._room)
        return dict(rows.values_list("ref", "pk"))

    def _count(self, line: Line, outcome: Outcome, known: int | None) -> None:
        if isinstance(outcome, Posted):
            self.tally.new += outcome.new
            self.tally.known += not outcome.new
            message: int | None = outcome.message_id
        elif known is not None:
            self.tally.known += 1
            message = known
        else:
            self.tally.refused += 1
            self.tally.first_refusal = self.tally.first_refusal or f"line {line.number + 1}: {outcome.message}"
            message = None
        if message is not None and line.number in self._sources:
            self._messages[line.number] = message


def _words(line: Line) -> str:
    if line.kind == "notice":
        # A notice is shown without Markdown, and a word joiner is not: it keeps an @ from calling everyone.
        return _MENTION.sub("@\u2060", line.text)[:TEXT_LENGTH]
    if line.kind == "did":
        return f"_{_fitted(f'{line.nick} {line.text}', TEXT_LENGTH - 2)}_"
    return _fitted(line.text, TEXT_LENGTH)


def _fitted(text: str, length: int) -> str:
    escaped = literal(text[:length])
    # Half is always enough: at most each character gets a backslash.
    return escaped if len(escaped) <= length else literal(text[: length // 2])
