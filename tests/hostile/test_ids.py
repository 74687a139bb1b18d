"""Ids and ticks that are none, in every field of every command, in both encodings; then ids nobody has."""

import json
from typing import Any

import msgpack

from tests.client import JSON, online
from tests.contract.asking import MISSING, refused
from tests.people import Company
from tests.services.site import Server

MOST = 2**53 - 1
NO_INTEGERS: list[Any] = [
    -1,
    MOST + 1,
    2**63,
    2**64 - 1,
    -(2**63),
    1.5,
    1.0e300,
    float("nan"),
    True,
    False,
    "1",
    "",
    [1],
    {"id": 1},
]
# Numbers that are no id of a row, yet fit.
NOBODYS = (0, 1_000_000, 2**31, 2**32, MISSING)

# The good fields of each command, and which of them are numbers.
COMMANDS: list[tuple[str, dict[str, Any], tuple[str, ...]]] = [
    ("post", {"room": 1, "text": "x", "reply_to": 1}, ("room", "reply_to")),
    ("edit", {"message": 1, "text": "x"}, ("message",)),
    ("delete", {"message": 1}, ("message",)),
    ("react", {"message": 1, "emoji": "👍", "on": True}, ("message",)),
    ("pin", {"message": 1, "on": True}, ("message",)),
    ("read", {"room": 1, "tick": 1}, ("room", "tick")),
    ("unread", {"room": 1, "tick": 1}, ("room", "tick")),
    ("typing", {"room": 1}, ("room",)),
    ("sync", {"room": 1, "since": 0}, ("room", "since")),
    ("history", {"room": 1, "before": 1}, ("room", "before", "limit")),
    ("history", {"room": 1, "after": 1}, ("after",)),
    ("history", {"room": 1, "around": 1}, ("around",)),
]


async def test_no_command_takes_what_is_no_id(server: Server, company: Company, subprotocol: str) -> None:
    commands = [
        {"type": kind, "ref": "n", **good, name: wrong}
        for kind, good, numbers in COMMANDS
        for name in numbers
        for wrong in NO_INTEGERS
    ]
    post = {"type": "post", "ref": "n", "room": company.general, "text": "x"}
    commands += [{**post, "attachments": [wrong]} for wrong in NO_INTEGERS]
    async with online(server, company.bob, subprotocol=subprotocol) as client:
        for command in commands:
            client.ledger.open_refs.add("n")
            await client.send_raw(json.dumps(command) if subprotocol == JSON else msgpack.packb(command))
            assert (await client.see("error"))["code"] == "invalid", command
        assert await client.send("ping") == {}


async def test_what_nobody_has_is_not_found(server: Server, company: Company) -> None:
    async with online(server, company.bob) as client:
        for number in NOBODYS:
            for kind, good, numbers in COMMANDS:
                fields = {**good, numbers[0]: number} if numbers[0] in ("room", "message") else None
                if fields is not None:
                    assert await refused(client, kind, **fields) == "not_found", (kind, number)
            room = {"room": company.general, "text": "x"}
            assert await refused(client, "post", **room, reply_to=number) in ("not_found", "invalid")
            assert await refused(client, "post", **room, attachments=[number]) in ("not_found", "invalid")
