"""Django admin: the desk of the site's moderators. All writes go through actions, as they do from the room."""

from . import cases, invites, messages, notes, people, record, rooms, sanctions, word_rules
from .labels import name_all
from .site import desk

name_all()

__all__ = [
    "cases",
    "desk",
    "invites",
    "messages",
    "notes",
    "people",
    "record",
    "rooms",
    "sanctions",
    "word_rules",
]
