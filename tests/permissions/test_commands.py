"""Every command of the socket, by every kind of person, at the socket's own door."""

import json

import pytest
from asgiref.sync import sync_to_async
from django.test import AsyncClient
from pytest_django import Settings

from chat import protocol
from chat.models import User

from . import company, matrix
from .company import KEYS, KINDS, Company
from .matrix import Line
from .requests import filled
from .sockets import SHUT, Socket, running_engine

LINES = matrix.read("commands")


def test_every_command_has_a_line() -> None:
    assert {line.method for line in LINES} == set(protocol.COMMAND_TYPES)
    allowed = {line.method for line in LINES if "ok" in line.outcomes.values()}
    assert allowed == set(protocol.COMMAND_TYPES), "a refusal proves something only where others are allowed"


@pytest.mark.django_db(transaction=True)
async def test_commands(settings: Settings) -> None:
    settings.RATE_LIMITS = False
    cast = await sync_to_async(company.gather)()
    async with running_engine():
        found: dict[str, list[str]] = {kind: await answers(cast, kind) for kind in KINDS}
    observed = [
        Line(line.request, {kind: found[kind][number] for kind in KINDS}) for number, line in enumerate(LINES)
    ]
    matrix.compare(LINES, observed)


@pytest.mark.django_db(transaction=True)
async def test_transports(settings: Settings) -> None:
    settings.RATE_LIMITS = False
    cast = await sync_to_async(company.gather)()
    lines = matrix.read("transports")
    async with running_engine():
        observed = [Line(line.request, {kind: await status(cast, kind, line) for kind in KINDS}) for line in lines]
    matrix.compare(lines, observed)


async def status(cast: Company, kind: str, line: Line) -> str:
    client = AsyncClient()
    for name, value in cast.cookies.get(kind, {}).items():
        client.cookies[name] = value
    answer = await client.get(line.address)
    if answer.streaming:
        answer.close()
    return "ok" if answer.status_code == 200 else str(answer.status_code)


async def answers(cast: Company, kind: str) -> list[str]:
    """One person asks everything, in order. What is edited, deleted or pinned was said for that."""
    found = []
    async with Socket(cast.cookies.get(kind, {})) as socket:
        for line in LINES:
            if line.method == "got":
                # It is never answered.
                found.append("ok" if await socket.accepted else SHUT)
                continue
            if "-said>" in line.request:
                await sync_to_async(say_something)(cast)
            command = json.loads(filled(cast, kind, line.request.partition(" ")[2] or "{}"))
            found.append(await socket.ask({"type": line.method, **command}))
    return found


def say_something(cast: Company) -> None:
    vera = User.objects.get(username="vera")
    for key in KEYS:
        cast.things[f"{key}-said"] = company.say(vera, int(str(cast.things[key])), "Words")
