"""The part of the wire that moderation needs, in the manner of `protocol`."""

from typing import Any

from msgspec import Struct

from .protocol import Event, User


class Place(Struct):
    """A room by its name alone: the reader may not be in it any more."""

    id: int
    name: str


class Notice(Struct):
    """A private word to a person. `text` is a warning's words, or the reason of the sanction `action` names."""

    id: int
    kind: str
    text: str
    action: str
    room: Place | None
    until: str | None
    by: User | None
    created_at: str
    seen: bool


class NoticeGiven(Event, tag="notice"):
    notice: Notice


class Cases(Event, tag="cases"):
    open: int


class Recorded(Event, tag="record"):
    """Something was added to the record of a room that the reader moderates."""

    room: int


class Sanction(Struct):
    id: int
    kind: str
    room: Place | None
    reason: str
    until: str | None
    created_at: str


class Act(Struct):
    """A row of the record. Names are as they were then."""

    id: int
    at: str
    action: str
    actor: int | None
    actor_name: str
    room: int | None
    room_name: str
    message: int | None
    reason: str
    before: dict[str, Any]
    after: dict[str, Any]
    source: str
    person: int | None
    person_name: str


class Removal(Struct):
    """Who took a message away, and why; `by` is null for a rule, or for many who reported it."""

    message: int
    by: User | None
    at: str
    reason: str


class Note(Struct):
    id: int
    text: str
    author: User | None
    created_at: str
