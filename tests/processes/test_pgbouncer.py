"""Two processes with many sockets share four connections to PostgreSQL, through pgbouncer in transaction mode.

The database keeps Tokyo's time, and the site sets its connections to UTC: a setting that stayed with another's
connection, or got lost on the way, would show in every time stamp.
"""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg import sql

from tests.client import ChatClient, online
from tests.people import add_person, add_room, gather
from tests.processes.pairs import Pair, all_told, eventually
from tests.processes.persistent import POSTS, assert_one_story, crowd, stored
from tests.services.pgbouncer import PgBouncer, running_pgbouncer
from tests.services.postgres import Postgres, running_postgres
from tests.services.redis import RedisServer
from tests.services.site import running_site

POOL = 4
PEOPLE = 16
EACH = 12


@dataclass(frozen=True)
class Bounced:
    pair: Pair
    bouncer: PgBouncer
    postgres: Postgres
    database: str


@pytest.fixture(scope="module")
def bounced(module_redis: RedisServer) -> Iterator[Bounced]:
    """A site whose every connection, those of the migration too, goes through pgbouncer."""
    with ExitStack() as stack:
        postgres = stack.enter_context(running_postgres())
        database = postgres.create_database()
        with psycopg.connect(postgres.url, autocommit=True) as connection:
            place = sql.SQL("ALTER DATABASE {} SET timezone TO 'Asia/Tokyo'").format(sql.Identifier(database))
            connection.execute(place)
        bouncer = stack.enter_context(running_pgbouncer(postgres, pool_size=POOL))
        site = stack.enter_context(running_site(bouncer.url_of(database), module_redis.url))
        site.manage("migrate", "--verbosity=0")
        first, second = stack.enter_context(site.serve("daphne")), stack.enter_context(site.serve("uvicorn"))
        yield Bounced(Pair(site, first, second), bouncer, postgres, database)
        first.assert_quiet()
        second.assert_quiet()
        errors = [line for line in (postgres.folder / "log").read_text().splitlines() if "ERROR:" in line]
        assert errors == [], "no statement may be refused: no unknown cursor, no unknown prepared statement"


async def test_posts_edits_history_and_counts_of_all_at_once(bounced: Bounced) -> None:
    pair = bounced.pair
    people = [add_person(pair.site, f"talker{number}") for number in range(PEOPLE)]
    room = add_room(pair.site, members=dict.fromkeys(people, "member"))
    async with AsyncExitStack() as stack:
        clients = [
            await stack.enter_async_context(online((pair.first, pair.second)[number % 2], person))
            for number, person in enumerate(people)
        ]
        acknowledged = await asyncio.gather(*[talk_and_edit(client, room) for client in clients])
        last = PEOPLE + 2 * PEOPLE * EACH
        await all_told(room, last, *clients)
        rows = [tuple(row) for row in pair.site.call(stored, room)]
        assert {(id_, tick, text) for id_, tick, _, _, text in rows} == {
            (answer["id"], answer["tick"], f"{number} edited")
            for answers in acknowledged
            for number, answer in enumerate(answers)
        }
        assert len(rows) == PEOPLE * EACH
        for answers in acknowledged:
            assert answers == sorted(answers, key=lambda answer: answer["tick"])
        counts = [await client.send("unread", room=room, tick=rows[0][1]) for client in clients]
        assert {count["unread"] for count in counts} == {(PEOPLE - 1) * EACH}
        for client in clients[:2]:
            for message in (await client.send("history", room=room, limit=200))["messages"]:
                sent = datetime.fromisoformat(message["sent_at"])
                assert abs(datetime.now(UTC) - sent) < timedelta(hours=1)


async def talk_and_edit(client: ChatClient, room: int) -> list[dict[str, int]]:
    answers = []
    for number in range(EACH):
        answer = await client.send("post", room=room, text=str(number))
        await client.send("edit", message=answer["id"], text=f"{number} edited")
        around = await client.send("history", room=room, around=answer["tick"], limit=5)
        assert (answer["tick"], f"{number} edited") in [
            (message["tick"], message["text"]) for message in around["messages"]
        ]
        assert "unread" in await client.send("read", room=room, tick=answer["tick"])
        answers.append(answer)
    return answers


async def test_the_connections_are_few_and_nothing_of_a_session_stays_on_them(bounced: Bounced) -> None:
    company = gather(bounced.pair.site)
    async with (
        online(bounced.pair.first, company.alice) as alice,
        online(bounced.pair.second, company.bob) as bob,
    ):
        await asyncio.gather(*[client.send("history", room=company.general) for client in (alice, bob) * 20])
        with psycopg.connect(bounced.postgres.url_of(bounced.database), autocommit=True) as direct:
            # One that has just been replaced may still be on its way out.
            await eventually(lambda: 0 < connections(direct) <= POOL, f"no more than {POOL} connections")
            [[held]] = direct.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'").fetchall()
            [[temporary]] = direct.execute("SELECT count(*) FROM pg_class WHERE relpersistence = 't'").fetchall()
            assert (held, temporary) == (0, 0)
        with ExitStack() as stack:
            strangers = [
                stack.enter_context(psycopg.connect(bounced.bouncer.url_of(bounced.database))) for _ in range(POOL)
            ]
            places = [stranger.execute("SHOW timezone").fetchone() for stranger in strangers]
            assert places == [("Asia/Tokyo",)] * POOL, "others keep the database's own setting"


def connections(direct: "psycopg.Connection[Any]") -> int:
    """How many there are to this database, but for this one."""
    row = direct.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    ).fetchone()
    assert row is not None
    return int(row[0])


async def test_a_restart_while_all_talk_loses_nothing(bounced: Bounced) -> None:
    pair = bounced.pair
    # One post at a time: of several, those that are refused are said again after those that were not.
    async with crowd(pair.site, [pair.first, pair.second], together=1) as people:
        await eventually(lambda: all(len(each.acknowledged) > 20 for each in people), "a lively talk")
        assert all(each.outbox for each in people), "it must come while they talk"
        await asyncio.to_thread(bounced.bouncer.stop)
        await eventually(lambda: any(each.refusals for each in people), "a refusal: it is away")
        await asyncio.to_thread(bounced.bouncer.start)
    rows = [tuple(row) for row in pair.site.call(stored, people[0].room)]
    assert len(rows) == len(people) * POSTS
    assert_one_story(rows, *people)
    assert {refusal for each in people for refusal in each.refusals} == {"unavailable"}


async def test_after_a_restart_the_first_request_of_each_process_succeeds(bounced: Bounced) -> None:
    """The writer's own connection is cut, and nobody has noticed."""
    company = gather(bounced.pair.site)
    room = company.general
    async with (
        online(bounced.pair.first, company.alice) as alice,
        online(bounced.pair.second, company.bob) as bob,
    ):
        for client in (alice, bob):
            await client.send("post", room=room, text="before")
        await asyncio.to_thread(bounced.bouncer.stop)
        await asyncio.to_thread(bounced.bouncer.start)
        for client in (alice, bob):
            answer = await client.send("post", room=room, text="after")
            page = await client.send("history", room=room)
            assert page["messages"][-1]["tick"] == answer["tick"]
            await client.send("edit", message=answer["id"], text="after all")


async def test_reloading_while_all_talk_disturbs_nobody(bounced: Bounced) -> None:
    pair = bounced.pair
    async with crowd(pair.site, [pair.first, pair.second]) as people:
        for amount in (20, 60, 100):
            await eventually(
                lambda amount=amount: all(len(each.acknowledged) > amount for each in people),  # type: ignore[misc]
                "a lively talk",
            )
            bounced.bouncer.reload()
        assert all(each.outbox for each in people), "it must come while they talk"
    rows = [tuple(row) for row in pair.site.call(stored, people[0].room)]
    assert len(rows) == len(people) * POSTS
    assert_one_story(rows, *people)
    assert not any(each.refusals or each.endings for each in people)
    text = (bounced.bouncer.folder / "log").read_text()
    assert text.count("got SIGHUP") == 3
