"""No page of the desk asks more of the database because there is more in it, and none counts a whole table."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chat.actions.moderation.record import Action, Actor, entry
from chat.admin import desk
from chat.admin.readonly import BoundedPaginator
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
    fill(alice, 2_000)
    many = {address: queries(client, address) for address in PAGES}
    assert {address: len(asked) for address, asked in many.items()} == few
    assert max(few.values()) <= 16
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


@pytest.mark.parametrize("number", [100_000])
def test_a_hundred_thousand_messages(
    alice: User, bob: User, dora: User, general: Room, number: int, scale: Callable[[int], None]
) -> None:
    """Two tables that grow without end; the plan, and not a clock, says that a page reads no more than a page."""
    client = client_of(dora)
    pages = ("chat/message/", "chat/moderationaction/", "")
    before = {address: len(queries(client, address)) for address in pages}
    scale(number)
    assert {address: len(queries(client, address)) for address in pages} == before
    assert client.get("/admin/chat/message/").context["cl"].result_count == BoundedPaginator.MOST


@pytest.fixture
def scale(alice: User, bob: User, general: Room) -> Callable[[int], None]:
    def grow(number: int) -> None:
        Message.objects.bulk_create(
            (
                Message(
                    room=general, author=bob, tick=each, changed=each, ref=f"{each}", fingerprint=b"", text="x"
                )
                for each in range(100, 100 + number)
            ),
            batch_size=5_000,
        )
        rows = (entry(by=Actor(alice), action=Action.WARN, person=bob) for _ in range(number))
        ModerationAction.objects.bulk_create(rows, batch_size=5_000)

    return grow
