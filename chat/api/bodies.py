"""The bodies and queries of the HTTP door, as `chat.protocol` defines those of the socket."""

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
