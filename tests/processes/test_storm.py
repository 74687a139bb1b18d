"""Three hundred sockets are cut at once and resume: each is told what it missed, and few questions are asked."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from tests.client import ChatClient, connected, online
from tests.people import Person, add_person, add_room
from tests.processes.pairs import all_told, talk
from tests.services.postgres import Postgres
from tests.services.site import NewSite, Server, Site

PEOPLE, SOCKETS = 30, 10  # of each person
MISSED = 120


@pytest.mark.parametrize("kind", ["daphne", "uvicorn"])
async def test_all_resume_and_few_questions_reach_the_database(
    new_postgres_site: NewSite, postgres: Postgres, kind: str
) -> None:
    with new_postgres_site() as site:
        log_statements(site)
        with site.serve(kind) as server:
            people = [add_person(site, f"crowd{number}") for number in range(PEOPLE)]
            speaker = add_person(site, "speaker")
            room = add_room(site, members=dict.fromkeys([speaker, *people], "member"))
            async with online(server, speaker) as talking:
                cursor = await talk(room, talking)
                async with crowd(server, people, room, cursor) as clients:
                    await all_told(room, cursor, *clients)
                    await asyncio.gather(*(client.cut() for client in clients))
                last = await talk(room, talking, messages=MISSED)
                before = end_of(postgres.folder / "log")
                async with crowd(server, people, room, cursor) as clients:
                    await all_told(room, last, *clients)
                    assert all(len(client.room(room).messages) == MISSED for client in clients)
        asked = (postgres.folder / "log").read_bytes()[before:].decode()
        # The one question that is each socket's own: who it is.
        assert asked.count('FROM "django_session"') >= PEOPLE * SOCKETS
        # What was missed is read once for a burst of sockets, and so are the rooms of those who say hello.
        assert 1 <= asked.count('"chat_message"."changed" >') <= PEOPLE
        assert 1 <= asked.count("AS capped") <= PEOPLE


def log_statements(site: Site) -> None:
    """From the next session on; nobody else's statements are logged."""
    with psycopg.connect(site.database_url, autocommit=True) as connection:
        name = sql.Identifier(connection.info.dbname)
        connection.execute(sql.SQL("ALTER DATABASE {} SET log_statement = 'all'").format(name))


def end_of(log: Path) -> int:
    return log.stat().st_size


@asynccontextmanager
async def crowd(server: Server, people: list[Person], room: int, cursor: int) -> AsyncIterator[list[ChatClient]]:
    """All sockets of these people, who connect in the same moment and resume from a cursor."""

    async def resume(person: Person) -> ChatClient:
        client = await stack.enter_async_context(connected(server, person))
        await client.hello({room: cursor})
        return client

    async with AsyncExitStack() as stack:
        yield await asyncio.gather(*(resume(person) for person in people for _ in range(SOCKETS)))
