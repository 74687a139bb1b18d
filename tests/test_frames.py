import msgspec
import pytest

from chat import frames, protocol

EXAMPLES: list[dict[str, object]] = [
    {"type": "hello", "ref": "1", "cursors": {"7": 3}, "epoch": "e"},
    {"type": "post", "ref": "1", "room": 7, "text": "hi", "reply_to": 5, "attachments": [1, 2]},
    {"type": "edit", "ref": "1", "message": 5, "text": "ho"},
    {"type": "delete", "ref": "1", "message": 5},
    {"type": "react", "ref": "1", "message": 5, "emoji": "👍", "on": True},
    {"type": "pin", "ref": "1", "message": 5, "on": False},
    {"type": "read", "ref": "1", "room": 7, "tick": 2**53 - 1},
    {"type": "unread", "ref": "1", "room": 7, "tick": 0},
    {"type": "typing", "ref": "1", "room": 7},
    {"type": "away", "ref": "1", "on": True},
    {"type": "sync", "ref": "1", "room": 7, "since": 0},
    {"type": "history", "ref": "1", "room": 7, "before": 5, "limit": 200},
    {"type": "got", "bytes": 5},
    {"type": "ping", "ref": "1" * 64},
]


def test_every_command_has_an_example() -> None:
    assert [example["type"] for example in EXAMPLES] == protocol.COMMAND_TYPES


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: str(example["type"]))
def test_both_encodings_mean_the_same_command(example: dict[str, object]) -> None:
    text = msgspec.json.encode(example).decode()
    packed = msgspec.msgpack.encode(example)
    assert frames.decode(text) == frames.decode(packed)
    assert type(frames.decode(text)).__struct_config__.tag == example["type"]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: str(example["type"]))
def test_every_command_refuses_an_unknown_field(example: dict[str, object]) -> None:
    with pytest.raises(frames.BadFrame) as bad:
        frames.decode(msgspec.json.encode({**example, "surprise": 1}).decode())
    assert (bad.value.code, bad.value.ref) == ("invalid", example.get("ref"))


def test_cursors_may_have_integer_keys_in_messagepack() -> None:
    hello = frames.decode(msgspec.msgpack.encode({"type": "hello", "ref": "1", "cursors": {7: 3}}))
    assert isinstance(hello, protocol.Hello)
    assert hello.cursors == {7: 3}


def test_the_other_encoding_holds_the_same_objects() -> None:
    frame = b'[{"type":"presence","room":7,"states":{"1":"online"}},{"a":null,"b":true,"c":"\xe5\xad\x97"}]'
    assert msgspec.msgpack.decode(frames.to_msgpack(frame)) == msgspec.json.decode(frame)
