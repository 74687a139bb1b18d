"""Tables, constraints and querysets. Rules live in `chat.actions`, permissions in `chat.access`."""

from .blocks import Block
from .by_hand import Query, run_queries, select
from .messages import Attachment, Mention, Message, Reaction
from .notices import Note, Notice
from .people import Invite, User
from .record import ModerationAction, RecordIsFinal
from .removals import Removal
from .reports import Case, Report
from .rooms import Membership, Room
from .sanctions import Sanction, SanctionQuerySet
from .site import Site
from .word_rules import WordRule

__all__ = [
    "Attachment",
    "Block",
    "Case",
    "Invite",
    "Membership",
    "Mention",
    "Message",
    "ModerationAction",
    "Note",
    "Notice",
    "Query",
    "Reaction",
    "RecordIsFinal",
    "Removal",
    "Report",
    "Room",
    "Sanction",
    "SanctionQuerySet",
    "Site",
    "User",
    "WordRule",
    "run_queries",
    "select",
]
