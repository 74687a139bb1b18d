"""Notes: what one moderator of the site tells the others about a person, who never sees it."""

from django.db import transaction

from chat.errors import Refused
from chat.models import Note
from chat.models.notices import TEXT_LENGTH
from chat.rendering import clean_text

from .record import Action, Actor, record
from .subjects import find_subject


def note(*, by: Actor, person_id: int, text: str) -> Note:
    """Write a note. The record says that there is one, and not what it says.

    Raises `Refused`: `invalid` for the text, and what `find_subject` raises.
    """
    text = _checked(text.strip())
    with transaction.atomic():
        person, _room = find_subject(by=by, person_id=person_id, room_id=None)
        row = Note.objects.create(person=person, author=by.user, text=text)
        record(by=by, action=Action.NOTE, person=person, after={"note": row.pk})
    return row


def _checked(text: str) -> str:
    if not 1 <= len(text) <= TEXT_LENGTH:
        raise Refused("invalid", f"A note has 1 to {TEXT_LENGTH:,} characters.")
    try:
        return clean_text(text)
    except ValueError as error:
        raise Refused("invalid", str(error)) from None
