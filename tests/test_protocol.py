from typing import Any, get_args

import msgspec
import pytest

from chat import protocol

USER = protocol.User(id=1, username="bob")
FULL_WHEREVER_IT_STANDS: list[tuple[Any, set[str]]] = [
    (protocol.Message(id=1, room=7, tick=3, author=USER, ref="r"), {"id", "room", "tick", "author", "ref"}),
    (protocol.User(id=1), {"id"}),
    (protocol.Member(user=USER, role="member"), {"user", "role"}),
    (
        protocol.RoomState(1, "public", "", "", 0, False, False, 0, 0),
        {"id", "kind", "name", "topic", "clock", "archived", "locked", "slow_mode", "members", "announcements"},
    ),
    (protocol.Quote(1, 3, USER, ""), {"id", "tick", "author", "excerpt"}),
    (protocol.Attachment(1, "", "", 0, ""), {"id", "name", "type", "size", "url"}),
    (protocol.Delta(1, 0, 0, False, False, []), {"type", "room", "since", "clock", "more", "reset", "changes"}),
    (protocol.Heartbeat({}), {"type", "clocks"}),
    (protocol.Ok("r"), {"type", "ref", "result"}),
    (protocol.Error(ref=None, code="invalid", message="m"), {"type", "ref", "code", "message"}),
]


@pytest.mark.parametrize(("item", "fields"), FULL_WHEREVER_IT_STANDS, ids=lambda value: type(value).__name__)
def test_only_messages_users_and_members_leave_defaults_out(item: Any, fields: set[str]) -> None:
    assert msgspec.json.decode(protocol.encode(item)).keys() == fields


def test_the_list_of_commands_is_complete() -> None:
    tags = [command.__struct_config__.tag for command in get_args(protocol.AnyCommand)]
    assert tags == protocol.COMMAND_TYPES
