"""A message's words: checked, rendered, and the people in them found, before any transaction begins."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from django.db.models.functions import Lower

from chat.errors import Refused
from chat.models import Membership
from chat.protocol import TEXT_LENGTH
from chat.rendering import Person, clean_text, mention_candidates, render


class HasWords(Protocol):
    room_id: int
    text: str
    attachments: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Wording:
    html: str
    mentions: tuple[int, ...]
    everyone: bool


def word(draft: HasWords) -> Wording:
    """The words of one draft. Raises its refusal."""
    [wording] = word_many([draft])
    if isinstance(wording, Refused):
        raise wording
    return wording


def word_many(drafts: Sequence[HasWords]) -> list[Wording | Refused]:
    """Render each draft's text; sets `draft.text` to its clean form. One query, none if nobody is mentioned.

    Only members of the room can be mentioned. Someone who joins or leaves in this moment may be missed or named
    in vain, which does no harm.
    """
    names: dict[int, set[str]] = defaultdict(set)
    checked: list[Refused | None] = []
    for draft in drafts:
        refusal = None
        try:
            draft.text = _cleaned(draft)
            names[draft.room_id] |= mention_candidates(draft.text)
        except Refused as error:
            refusal = error
        checked.append(refusal)
    people = _people(names)
    return [
        refusal or _rendered(draft.text, people[draft.room_id])
        for draft, refusal in zip(drafts, checked, strict=True)
    ]


def _cleaned(draft: HasWords) -> str:
    try:
        text = clean_text(draft.text)
    except ValueError as error:
        raise Refused("invalid", str(error)) from None
    if len(text) > TEXT_LENGTH:
        raise Refused("invalid", f"A message has at most {TEXT_LENGTH} characters.")
    if not text.strip() and not draft.attachments:
        raise Refused("invalid", "A message needs some text.")
    return text


def _people(names: dict[int, set[str]]) -> dict[int, dict[str, Person]]:
    found: dict[int, dict[str, Person]] = defaultdict(dict)
    wanted = set().union(*names.values()) if names else set()
    if wanted:
        rows = (
            Membership.objects.filter(room_id__in=names, left=False)
            .annotate(handle=Lower("user__username"))
            .filter(handle__in=wanted)
            .select_related("user")
        )
        for row in rows:
            found[row.room_id][row.user.username.lower()] = Person(row.user_id, row.user.display_name)
    return found


def _rendered(text: str, people: dict[str, Person]) -> Wording:
    rendered = render(text, people)
    return Wording(rendered.html, rendered.mentions, rendered.everyone)
