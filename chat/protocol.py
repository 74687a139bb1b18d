"""The wire, defined here alone: one typed struct per command, event and object.

Inside messages, users and members a field that has its default is left out. Commands refuse unknown fields,
booleans for integers and numbers outside 0 … 2^53-1 (`frames.decode`).
"""

from typing import Annotated, Any, get_args

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

SUBPROTOCOL_JSON = "chat.v1.json"
SUBPROTOCOL_MSGPACK = "chat.v1.msgpack"
WINDOW = 512 * 1024  # bytes a connection may have in flight
HEARTBEAT = 10  # seconds
MAX_INBOUND = 64 * 1024  # bytes of a client's frame
MAX_OBJECT = 64 * 1024  # bytes of an `events` or `delta` object that holds more than one change
MAX_WAITING = 100  # commands of a connection that have no reply yet
TEXT_LENGTH = 8000
UNREAD_CAP = 1000

encode = msgspec.json.Encoder().encode

# fmt: off
ERROR_CODES = [
    "invalid", "unknown_type", "forbidden", "not_found", "conflict", "too_large", "rate_limited", "muted",
    "slow_mode", "archived", "unavailable", "signed_out",
]
# fmt: on


class Close:
    RESTART = 1012
    TOO_BIG = 1009
    BAD_TEXT = 1007
    SIGNED_OUT = 4401
    DISABLED = 4403
    TOO_SLOW = 4408
    TOO_MANY = 4429


MAX_ID = 2**53 - 1  # what a number of JavaScript holds exactly
Id = Annotated[int, Meta(ge=0, le=MAX_ID)]
Tick = Id
# Without NUL, which PostgreSQL cannot store.
Ref = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"\A[^\0]*\Z")]
Text = Annotated[str, Meta(max_length=TEXT_LENGTH)]
Emoji = Annotated[str, Meta(min_length=1, max_length=32)]


class User(Struct, omit_defaults=True):
    id: int
    username: str = ""
    name: str = ""
    avatar: str | None = None
    bot: bool = False


class Quote(Struct):
    id: int
    tick: int
    author: User
    excerpt: str


class Reaction(Struct):
    emoji: str
    users: list[int]


class Attachment(Struct):
    id: int
    name: str
    type: str
    size: int
    url: str
    width: int | UnsetType = UNSET
    height: int | UnsetType = UNSET
    thumbnail: str | UnsetType = UNSET


class Message(Struct, omit_defaults=True):
    id: int
    room: int
    tick: int
    author: User
    ref: str
    changed: int | UnsetType = UNSET  # absent: equal to tick
    kind: str = "text"
    text: str = ""
    html: str = ""
    sent_at: str = ""
    edited_at: str | None = None
    deleted: bool = False
    pinned: bool = False
    reply_to: Quote | None = None
    mentions: list[int] = []
    everyone: bool = False
    reactions: list[Reaction] = []
    attachments: list[Attachment] = []
    removed: str = ""  # moderator, automatically; empty: by its author


class Member(Struct, omit_defaults=True):
    user: User
    role: str
    left: bool = False


class RoomState(Struct):
    """What of a room is the same for everyone: the form it has in `changes`."""

    id: int
    kind: str
    name: str
    topic: str
    clock: int
    archived: bool
    locked: bool
    slow_mode: int
    members: int
    announcements: bool = False


class Room(RoomState, kw_only=True):
    """A room as one person sees it."""

    role: str | None
    notify: str
    last_read: int
    unread: int
    mentions: int
    muted_until: str | None
    people: list[User] | UnsetType = UNSET


class Change(Struct, omit_defaults=True):
    tick: int
    message: Message | UnsetType = UNSET
    room: RoomState | UnsetType = UNSET
    member: Member | UnsetType = UNSET


class History(Struct):
    messages: list[Message]
    more_before: bool
    more_after: bool
    clock: int


class Command(Struct, forbid_unknown_fields=True, tag_field="type", kw_only=True):
    ref: Ref


class Hello(Command, tag="hello"):
    cursors: dict[str | int, Tick]
    epoch: str | None = None


class Post(Command, tag="post"):
    room: Id
    text: Text
    reply_to: Id | None = None
    attachments: Annotated[list[Id], Meta(max_length=10)] = []


class Edit(Command, tag="edit"):
    message: Id
    text: Text


class Delete(Command, tag="delete"):
    message: Id


class React(Command, tag="react"):
    message: Id
    emoji: Emoji
    on: bool


class Pin(Command, tag="pin"):
    message: Id
    on: bool


class Read(Command, tag="read"):
    room: Id
    tick: Tick


class Unread(Command, tag="unread"):
    room: Id
    tick: Tick


class Typing(Command, tag="typing"):
    room: Id


class Away(Command, tag="away"):
    on: bool


class Sync(Command, tag="sync"):
    room: Id
    since: Tick


class HistoryPage(Command, tag="history"):
    room: Id
    before: Tick | None = None
    after: Tick | None = None
    around: Tick | None = None
    limit: Annotated[int, Meta(ge=1, le=200)] = 50


class Got(Struct, forbid_unknown_fields=True, tag_field="type", tag="got"):
    bytes: Id


class Ping(Command, tag="ping"):
    pass


AnyCommand = (
    Hello | Post | Edit | Delete | React | Pin | Read | Unread | Typing | Away | Sync | HistoryPage | Got | Ping
)
COMMAND_TYPES = [str(command.__struct_config__.tag) for command in get_args(AnyCommand)]


class Event(Struct, tag_field="type"):
    pass


class Ok(Event, tag="ok"):
    ref: str
    result: Any = {}


class Error(Event, tag="error", kw_only=True):
    ref: str | None
    code: str
    message: str
    retry_after: float | UnsetType = UNSET


class Welcome(Event, tag="welcome"):
    user: User
    epoch: str
    rooms: list[Room]
    heartbeat: int = HEARTBEAT
    window: int = WINDOW


class Delta(Event, tag="delta"):
    room: int
    since: int
    clock: int
    more: bool
    reset: bool
    changes: list[msgspec.Raw]


class Events(Event, tag="events"):
    room: int
    first: int
    last: int
    changes: list[msgspec.Raw]


class RoomGiven(Event, tag="room"):
    room: Room


class Gone(Event, tag="gone"):
    room: int


class UserChanged(Event, tag="user"):
    user: User


class Blocks(Event, tag="blocks"):
    users: list[int]


class TypingSeen(Event, tag="typing"):
    room: int
    user: int


class Presence(Event, tag="presence"):
    room: int
    states: dict[int, str]


class Heartbeat(Event, tag="heartbeat"):
    clocks: dict[int, int]
