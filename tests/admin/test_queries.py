"""No page of the desk asks more of the database because there is more in it, and none counts a whole table."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chat.actions.moderation.record import Action, Actor, entry
from chat.admin import desk
from chat.admin.readonly import BoundedList, BoundedPaginator
from chat.models import (
    Case,
    Invite,
    Message,
    ModerationAction,
    Note,
    Report,
    Room,
    Sanction,
    User,
    WordRule,
)
from tests.admin.desk import client_of
from tests.moderation.reported import posted

pytestmark = pytest.mark.django_db

PAGES = ("", *(f"chat/{model._meta.model_name}/" for model in desk._registry))


def queries(client: Client, address: str) -> list[str]:
    with CaptureQueriesContext(
        connection,
    ) as context:
        assert client.get(f"/admin/{address}").status_code == 200
    return [query["sql"] for query in context.captured_queries]


def fill(alice: User, number: int) -> None:
    """So many rows of every kind, each by and about people and rooms of their own."""
    start, now = User.objects.count(), timezone.now()
    names = [f"person-{start + each}" for each in range(number)]
    people = User.objects.bulk_create(User(username=name, email=f"{name}@example.org") for name in names)
    rooms = Room.objects.bulk_create(Room(name=name, clock=1) for name in names)
    pairs = list(zip(people, rooms, strict=True))
    messages = Message.objects.bulk_create(
        Message(room=room, author=user, tick=1, changed=1, ref="1", fingerprint=b"", text=user.username, html="")
        for user, room in pairs
    )
    cases = Case.objects.bulk_create(
        Case(message=message, room=message.room, opened_at=now - timedelta(seconds=place), assignee=message.author)
        for place, message in enumerate(messages)
    )
    Report.objects.bulk_create(Report(case=case, reporter=alice, category="spam") for case in cases)
    Sanction.objects.bulk_create(
        Sanction(kind="mute", user=user, room=room, created_by=user) for user, room in pairs
    )
    Invite.objects.bulk_create(Invite(room=room, created_by=user) for user, room in pairs)
    Note.objects.bulk_create(Note(person=user, author=user, text="x") for user in people)
    WordRule.objects.bulk_create(
        WordRule(pattern="x", mode="flag", room=room, created_by=user) for user, room in pairs
    )
    ModerationAction.objects.bulk_create(
        entry(by=Actor(user), action=Action.WARN, person=user, room=room) for user, room in pairs
    )


def test_the_number_of_queries_does_not_grow(alice: User, dora: User) -> None:
    client = client_of(dora)
    fill(alice, 3)
    few = {address: len(queries(client, address)) for address in PAGES}
    fill(alice, 1_000)
    many = {address: queries(client, address) for address in PAGES}
    assert {address: len(asked) for address, asked in many.items()} == few
    assert max(few.values()) <= 18
    for asked in many.values():
        for sql in asked:
            counts = sql.startswith("SELECT COUNT(*)") and "LIMIT" not in sql
            assert not counts or "chat_case" in sql, sql
    assert {len(client.get(f"/admin/{address}").context["cl"].result_list) for address in PAGES[1:]} == {50}


def test_a_list_counts_no_further_than_it_has_to(alice: User, dora: User, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(alice, 120)
    monkeypatch.setattr(BoundedPaginator, "MOST", 100)
    changelist = client_of(dora).get("/admin/chat/message/").context["cl"]
    assert (changelist.result_count, changelist.paginator.num_pages) == (100, 2)
    assert client_of(dora).get("/admin/chat/message/?p=2").status_code == 200


def test_completing_a_name_is_one_page_of_people(alice: User, dora: User) -> None:
    fill(alice, 60)
    client = client_of(dora)
    address = "autocomplete/?app_label=chat&model_name=sanction&field_name=user&term=person"
    asked = queries(client, address)
    answer = client.get(f"/admin/{address}").json()
    assert len(answer["results"]) == 20
    assert answer["pagination"] == {"more": True}
    assert len(asked) <= 8


def test_a_hundred_thousand_rows(alice: User, bob: User, dora: User, general: Room) -> None:
    """Of both tables that grow without end. What a page costs is bounded by the plans, not by a clock."""
    client = client_of(dora)
    message = posted(bob, general)
    act = ModerationAction.objects.latest("pk")
    pages = ("chat/message/", "chat/moderationaction/", "")
    before = {address: len(queries(client, address)) for address in pages}
    multiply(message, 100_000, tick="tick + n.i", ref="ref || n.i")
    multiply(act, 100_000)
    assert {address: len(queries(client, address)) for address in pages} == before
    for address in pages[:2]:
        assert client.get(f"/admin/{address}").context["cl"].result_count == BoundedPaginator.MOST


def multiply(row: Model, number: int, **changed: str) -> None:
    """So many copies of a row, by one statement: through Django it takes minutes."""
    columns = [str(field.column) for field in row._meta.concrete_fields if not field.primary_key]
    values = ", ".join(changed.get(column, column) for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {number}) "
            f"INSERT INTO {row._meta.db_table} ({', '.join(columns)}) "
            f"SELECT {values} FROM {row._meta.db_table}, n WHERE id = {row.pk}"
        )


def test_a_search_says_how_far_it_looked(alice: User, dora: User, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(alice, 12)
    client = client_of(dora)
    said = "Looked for among the newest 10 alone."

    def found(address: str) -> tuple[int, bool]:
        answer = client.get(f"/admin/{address}")
        return len(answer.context["cl"].result_list), said in answer.content.decode()

    oldest = Message.objects.earliest("pk").text
    assert found(f"chat/message/?q={oldest}") == (Message.objects.filter(text__icontains=oldest).count(), False)
    monkeypatch.setattr(BoundedList, "WINDOW", 10)
    assert found("chat/message/") == (12, False)
    assert found("chat/message/?q=person") == (10, True)
    assert found("chat/user/?q=person") == (12, False), "people are found however old"
