"""Short ways to ask and to be refused, for the tests of commands."""

from typing import Any

import pytest

from tests.client import ChatClient, Refused
from tests.ledger import Object

MISSING = 2**53 - 1  # the largest id there can be, and nobody has it


async def refusal(client: ChatClient, kind: str, **fields: Any) -> Object:
    """What a command is refused with, without its ref."""
    with pytest.raises(Refused) as refused:
        await client.send(kind, **fields)
    return {name: value for name, value in refused.value.answer.items() if name != "ref"}


async def refused(client: ChatClient, kind: str, **fields: Any) -> str:
    """The code a command is refused with."""
    code: str = (await refusal(client, kind, **fields))["code"]
    return code


async def post(client: ChatClient, room: int, text: str = "hello", **fields: Any) -> Object:
    """Post, wait until this client has seen it too, and return the message."""
    told = await client.send("post", room=room, text=text, **fields)
    reading = await client.caught_up(room, told["tick"])
    return reading.messages[told["id"]]
