"""Request bodies of the HTTP door."""

from typing import Annotated

from msgspec import Meta, Struct

from chat.protocol import Id, Ref, Text


class NewRoom(Struct, forbid_unknown_fields=True):
    kind: str
    name: str = ""
    topic: str = ""
    members: Annotated[list[Id], Meta(max_length=200)] = []


class RoomChange(Struct, forbid_unknown_fields=True):
    name: str | None = None
    topic: str | None = None
    archived: bool | None = None


class MyRoom(Struct, forbid_unknown_fields=True):
    notify: str


class Role(Struct, forbid_unknown_fields=True):
    role: str | None = None


class NewMessage(Struct, forbid_unknown_fields=True):
    ref: Ref
    text: Text
    reply_to: Id | None = None
    attachments: Annotated[list[Id], Meta(max_length=10)] = []
