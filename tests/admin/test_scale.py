"""Every list of the desk at 100,000 rows: a page, a search, each filter, the last page, a row."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django.plugin import DjangoDbBlocker

from chat.admin import dashboard, desk
from chat.admin.readonly import BoundedList, BoundedPaginator
from tests.admin.desk import client_of
from tests.cast import add_moderator, add_person

pytestmark = pytest.mark.django_db

ROWS = 100_000
FEW = 60  # more than a page
AGO = {
    "sqlite": "datetime('now', '-' || n.i || ' seconds')",
    "postgresql": "CURRENT_TIMESTAMP - n.i * INTERVAL '1 second'",
}
BOUND = 1_000  # of what is counted, and of what is looked through, as small as that for this test
STEPS = 1_000  # of SQLite's machine between two calls
# People's names are looked for in all of them, in the table of people once a statement, as in the room.
BY_NAMES = {f"chat/{name}/?q=nothing-like-it" for name in ("user", "case", "sanction")}
PASS = {"sqlite": 10 * ROWS, "postgresql": ROWS + FEW}
# Each of 100,000 rows costs SQLite three steps at least.
MOST_WORK = {"sqlite": 100_000, "postgresql": 10_000}
LISTS = [str(model._meta.model_name) for model in desk._registry]
SEARCHES = dict.fromkeys(LISTS, "q=nothing-like-it") | {"invite": ""}  # invitations hold no words
FILTERS = {
    "case": ["state=dismissed", "category=private", "room={room}", "assignee={user}", "hidden__exact=1"],
    "invite": ["created_by={user}", "room={room}", "revoked__exact=1"],
    "message": ["author={user}", "room={room}", "kind__exact=notice", "deleted__exact=1"],
    "moderationaction": [
        "action__exact=warn",
        "source__exact=rule",
        "actor={user}",
        "person={user}",
        "room={room}",
    ],
    "note": ["person={user}", "author={user}"],
    "room": ["kind=private", "archived__exact=1", "locked__exact=1"],
    "sanction": ["user={user}", "room={room}", "kind__exact=ban", "lifted__exact=1"],
    "user": ["is_active__exact=0", "is_staff__exact=1", "bot__exact=1"],
    "wordrule": ["room={room}", "mode__exact=hide", "active__exact=0"],
}


class Filled:
    """A desk that grows: what each of its addresses asked when there was little, and the client that asks."""

    def __init__(self) -> None:
        self.owner = add_person("alice", owner=True)
        self.client = client_of(add_moderator("dora", owner=self.owner))
        self.first = fill(FEW)
        addresses = self.addresses()
        for address in addresses:
            self.asked(address)  # what is asked once in a process
        self.few = {address: len(self.asked(address)) for address in addresses}
        fill(ROWS)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")

    def addresses(self) -> list[str]:
        keys = {name: apps.get_model("chat", name)._default_manager.earliest("pk").pk for name in LISTS}
        keys |= self.first
        lists = [f"chat/{name}/" for name in LISTS]
        details = [f"chat/{name}/{keys[name]}/change/" for name in LISTS]
        searches = [f"chat/{name}/?{search}" for name, search in SEARCHES.items() if search]
        filters = [f"chat/{name}/?{each.format(**self.first)}" for name in LISTS for each in FILTERS[name]]
        pages = [f"chat/{name}/?p=2" for name in LISTS]
        return ["", *lists, *details, *searches, *filters, *pages]

    def asked(self, address: str) -> list[str]:
        with CaptureQueriesContext(connection) as context:
            assert self.client.get(f"/admin/{address}").status_code == 200, address
        return [query["sql"] for query in context.captured_queries]


def fill(number: int) -> dict[str, int]:
    """So many rows of every kind, by one statement each; the first of them by the name of its table."""
    numbers = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {number}) "
    ago = AGO[connection.vendor]
    first: dict[str, int] = {}
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Else the end of each test would look at all keys of all rows.
            cursor.execute("SET LOCAL session_replication_role = replica")
        for name, columns in STATEMENTS.items():
            table = f"chat_{name}"
            cursor.execute(f"SELECT COALESCE(MAX(id), 0) FROM {table}")
            first[name] = cursor.fetchone()[0] + 1
            ids = {f"{other}_": f"{start - 1} + n.i" for other, start in first.items()}
            fields = {key: value.format(top=first[name] - 1, ago=ago, **ids) for key, value in columns.items()}
            cursor.execute(
                f"INSERT INTO {table} (id, {', '.join(fields)}) "
                f"{numbers}SELECT {first[name] - 1} + n.i, {', '.join(fields.values())} FROM n"
            )
            if connection.vendor == "postgresql":
                cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), MAX(id)) FROM {table}")
    return first


NOW = "{ago}"
STATEMENTS: dict[str, dict[str, str]] = {
    "user": {
        "username": "'person-' || ({top} + n.i)", "name": "'Person'", "email": "''", "password": "''",
        "is_active": "TRUE", "is_staff": "FALSE", "is_superuser": "FALSE", "bot": "FALSE", "avatar": "''",
        "language": "''", "time_zone": "''", "session_version": "0", "date_joined": NOW,
    },
    "room": {
        "kind": "'public'", "name": "'room'", "topic": "''", "clock": "1", "changed": "1", "archived": "FALSE",
        "locked": "FALSE", "announcements": "FALSE", "slow_mode": "0", "created_at": NOW,
    },
    "message": {
        "room_id": "{room_}", "author_id": "{user_}", "tick": "1", "changed": "1", "kind": "'text'", "ref": "'1'",
        "fingerprint": "''", "text": "'words'", "html": "''", "sent_at": NOW, "deleted": "FALSE",
        "pinned": "FALSE", "everyone": "FALSE",
    },
    "case": {
        "message_id": "{message_}", "room_id": "{room_}",
        "state": "CASE WHEN n.i <= 200 THEN 'open' ELSE 'resolved' END", "assignee_id": "{user_}",
        "hidden": "FALSE", "opened_at": NOW, "outcome": "''",
    },
    "report": {
        "case_id": "{case_}", "reporter_id": "{user_}", "category": "'spam'", "note": "''", "created_at": NOW,
    },
    "sanction": {
        "kind": "'mute'", "user_id": "{user_}", "room_id": "{room_}", "reason": "''", "lifted": "FALSE",
        "created_by_id": "{user_}", "created_at": NOW, "lift_reason": "''",
    },
    "invite": {
        "token": "'token-' || ({top} + n.i)", "room_id": "{room_}", "created_by_id": "{user_}", "created_at": NOW,
        "uses": "0", "revoked": "FALSE",
    },
    "note": {"person_id": "{user_}", "author_id": "{user_}", "text": "'words'", "created_at": NOW},
    "wordrule": {
        "pattern": "'words'", "mode": "'flag'", "room_id": "{room_}", "note": "''", "active": "TRUE",
        "created_by_id": "{user_}", "created_at": NOW,
    },
    "moderationaction": {
        "at": NOW, "action": "'warn'", "actor_id": "{user_}", "actor_name": "''", "person_id": "{user_}",
        "person_name": "''", "room_id": "{room_}", "room_name": "''", "reason": "''", "before": "'{{}}'",
        "after": "'{{}}'", "source": "'admin'", "address": "''",
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def filled(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Filled]:
    """One fill for all. It takes seconds, and is taken back at the end."""
    with django_db_blocker.unblock():
        block = transaction.atomic()
        block._from_testcase = True  # type: ignore[attr-defined]  # as Django's own tests do
        with block, pytest.MonkeyPatch.context() as patch:
            patch.setattr(BoundedPaginator, "MOST", BOUND)
            patch.setattr(BoundedList, "WINDOW", BOUND)
            patch.setattr(dashboard, "WINDOW", BOUND)
            yield Filled()
            transaction.set_rollback(True)


def test_no_address_reads_a_table(filled: Filled) -> None:
    last = [f"chat/{name}/?p={BOUND // 50}" for name in LISTS if name != "case"]  # so many cases never wait
    costs = {
        (address, sql): work(sql)
        for address in (*filled.few, *last)
        for sql in filled.asked(address)
        if sql.startswith("SELECT")
    }
    most = MOST_WORK[connection.vendor]
    bounds = {key: most + (PASS[connection.vendor] if key[0] in BY_NAMES else 0) for key in costs}
    assert {address: cost for (address, sql), cost in costs.items() if cost > bounds[address, sql]} == {}


def test_no_address_asks_more_because_there_is_more(filled: Filled) -> None:
    assert set(FILTERS) == set(LISTS), "a new list of the desk belongs into this test"
    many = {address: len(filled.asked(address)) for address in filled.few}
    assert many == filled.few
    assert max(many.values()) <= 24


def test_the_last_page_that_is_counted_is_full(filled: Filled) -> None:
    for name in LISTS:
        assert apps.get_model("chat", name)._default_manager.count() >= ROWS
        decided = "&state=resolved" if name == "case" else ""
        changelist = filled.client.get(f"/admin/chat/{name}/?{decided}").context["cl"]
        assert (changelist.result_count, len(changelist.result_list)) == (BOUND, 50)
        last = f"/admin/chat/{name}/?p={changelist.paginator.num_pages}{decided}"
        assert len(filled.client.get(last).context["cl"].result_list) == 50


def work(sql: str) -> int:
    """What a statement costs: rows looked at (PostgreSQL), steps of the machine (SQLite). No clock."""
    return rows_of(sql) if connection.vendor == "postgresql" else steps_of(sql)


def rows_of(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sql}")
        (plan,) = cursor.fetchone()
    return _rows(plan[0]["Plan"])


def _rows(node: dict[str, Any]) -> int:
    passed = sum(node.get(f"Rows Removed by {step}", 0) for step in ("Filter", "Index Recheck"))
    own = (node["Actual Rows"] + passed) * node["Actual Loops"] if "Scan" in node["Node Type"] else 0
    return int(own) + sum(map(_rows, node.get("Plans", [])))


def steps_of(sql: str) -> int:
    calls: list[None] = []
    sqlite = connection.connection
    sqlite.set_progress_handler(lambda: calls.append(None), STEPS)
    try:
        sqlite.execute(sql).fetchall()
    finally:
        sqlite.set_progress_handler(None, 0)
    return len(calls) * STEPS
