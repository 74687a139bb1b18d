"""Tables, constraints and querysets. Rules live in `chat.actions`, permissions in `chat.access`."""

from .by_hand import select
from .messages import Attachment, Mention, Message, Reaction
from .moderation import Sanction
from .people import Invite, User
from .rooms import Membership, Room
from .site import Site

__all__ = [
    "Attachment",
    "Invite",
    "Membership",
    "Mention",
    "Message",
    "Reaction",
    "Room",
    "Sanction",
    "Site",
    "User",
    "select",
]
