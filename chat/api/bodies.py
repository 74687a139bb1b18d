"""The bodies and queries of the HTTP door, as `chat.protocol` defines those of the socket."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from chat.protocol import Id, Ref, Text, Tick


class NewRoom(Struct, forbid_unknown_fields=True):
    kind: Literal["public", "private", "direct"]
    name: str = ""
    topic: str = ""
    members: Annotated[list[Id], Meta(max_length=1000)] = []


class RoomChanges(Struct, forbid_unknown_fields=True):
    name: str | UnsetType = UNSET
    topic: str | UnsetType = UNSET
    archived: bool | UnsetType = UNSET


class OwnSettings(Struct, forbid_unknown_fields=True):
    notify: Literal["all", "mentions", "none"]


class MemberRole(Struct, forbid_unknown_fields=True):
    role: Literal["member", "moderator", "owner"] | UnsetType = UNSET


class NewMessage(Struct, forbid_unknown_fields=True):
    ref: Ref
    text: Text
    reply_to: Id | None = None
    attachments: Annotated[list[Id], Meta(max_length=10)] = []


class PeopleQuery(Struct, forbid_unknown_fields=True):
    q: Annotated[str, Meta(max_length=100)] = ""


class MembersQuery(PeopleQuery, forbid_unknown_fields=True):
    after: Id = 0


class HistoryQuery(Struct, forbid_unknown_fields=True):
    before: Tick | None = None
    after: Tick | None = None
    around: Tick | None = None
    limit: Annotated[int, Meta(ge=1, le=200)] = 50


class StreamQuery(Struct, forbid_unknown_fields=True):
    cursors: str = "{}"
    epoch: Annotated[str, Meta(max_length=64)] | None = None


class SyncQuery(StreamQuery, forbid_unknown_fields=True):
    wait: Annotated[float, Meta(ge=0, le=25)] = 0


# Moderation. Without a `room` the whole site is meant.


class Why(Struct, forbid_unknown_fields=True):
    reason: str = ""


class Because(Struct, forbid_unknown_fields=True):
    reason: str


class Purge(Because, forbid_unknown_fields=True):
    since: Annotated[datetime, Meta(tz=True)]
    room: Id | None = None


class Posting(Struct, forbid_unknown_fields=True):
    locked: bool | UnsetType = UNSET
    slow_mode: int | UnsetType = UNSET  # seconds
    announcements: bool | UnsetType = UNSET
