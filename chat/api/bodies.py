"""The bodies and queries of the HTTP door, as `chat.protocol` defines those of the socket."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from chat.models.reports import NOTE_LENGTH
from chat.models.sanctions import REASON_LENGTH
from chat.protocol import Id, Ref, Text, Tick

Note = Annotated[str, Meta(max_length=NOTE_LENGTH)]
Minutes = Annotated[int, Meta(ge=1, le=100 * 366 * 24 * 60)]


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


class NewReport(Struct, forbid_unknown_fields=True):
    category: Literal["spam", "harassment", "private", "other"]
    message: Id | None = None
    person: Id | None = None
    note: Note = ""


class ReportsQuery(Struct, forbid_unknown_fields=True):
    after: Id | None = None


class CasesQuery(ReportsQuery, forbid_unknown_fields=True):
    state: Literal["undecided", "open", "in_progress", "resolved", "dismissed"] = "undecided"
    room: Id | None = None
    assignee: Id | None = None
    person: Id | None = None


class LookQuery(Struct, forbid_unknown_fields=True):
    reason: Annotated[str, Meta(max_length=REASON_LENGTH)] = ""


class CaseChange(Struct, forbid_unknown_fields=True):
    state: Literal["resolved", "dismissed", "reopened"] | UnsetType = UNSET
    outcome: Note = ""
    assignee: Id | UnsetType | None = UNSET


# Moderation of people. Without a `room` the whole site is meant.


class Why(Struct, forbid_unknown_fields=True):
    reason: str = ""


class Because(Struct, forbid_unknown_fields=True):
    reason: str


class Warn(Because, forbid_unknown_fields=True):
    room: Id | None = None
    signed: bool = False


class Mute(Why, forbid_unknown_fields=True, kw_only=True):
    minutes: Minutes
    room: Id | None = None


class Ban(Because, forbid_unknown_fields=True):
    minutes: Minutes | None = None
    room: Id | None = None


class Lift(Why, forbid_unknown_fields=True):
    room: Id | None = None


class NewNote(Struct, forbid_unknown_fields=True):
    text: str


class RecordQuery(Struct, forbid_unknown_fields=True):
    room: Id | None = None
    before: Id | None = None


class RoomRecordQuery(Struct, forbid_unknown_fields=True):
    before: Id | None = None


class RemovalsQuery(Struct, forbid_unknown_fields=True):
    messages: str = "[]"


class Purge(Because, forbid_unknown_fields=True):
    since: Annotated[datetime, Meta(tz=True)]
    room: Id | None = None


class Posting(Struct, forbid_unknown_fields=True):
    locked: bool | UnsetType = UNSET
    slow_mode: int | UnsetType = UNSET  # seconds
    announcements: bool | UnsetType = UNSET


class RulesQuery(Struct, forbid_unknown_fields=True):
    room: Id | None = None


class NewRule(Struct, forbid_unknown_fields=True):
    pattern: str
    mode: Literal["block", "hide", "flag"]
    room: Id | None = None
    note: str = ""


class RuleChanges(Struct, forbid_unknown_fields=True):
    pattern: str | UnsetType = UNSET
    mode: Literal["block", "hide", "flag"] | UnsetType = UNSET
    note: str | UnsetType = UNSET
    active: bool | UnsetType = UNSET


class TriedRule(Struct, forbid_unknown_fields=True):
    pattern: str
    room: Id | None = None


Limit = Annotated[int, Meta(ge=0, le=100_000)]


class LimitChanges(Struct, forbid_unknown_fields=True):
    links_from_new_members: Literal["allow", "flag", "block"] | UnsetType = UNSET
    new_member_hours: Limit | UnsetType = UNSET
    max_mentions: Limit | UnsetType = UNSET
    max_duplicates: Limit | UnsetType = UNSET
    max_posts: Limit | UnsetType = UNSET
    flood_mute_minutes: Limit | UnsetType = UNSET
    reports_to_hide: Limit | UnsetType = UNSET
