"""The record at the desk: filtered, searched, and taken along as a file of any length."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from django.test import AsyncClient

from chat.actions.moderation import muting, warning
from chat.actions.moderation.record import Action, Actor, entry
from chat.admin import record_files
from chat.admin.record_files import Csv, batches
from chat.models import ModerationAction, Room, User
from tests.admin.desk import client_of, page


@pytest.fixture(autouse=True)
def _no_connections_left() -> Iterator[None]:
    yield
    if connection.vendor == "postgresql":
        # Django's asynchronous test client runs views in threads and leaves their connections open.
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]


def export(user: User, form: str, query: str = "") -> tuple[int, str]:
    async def ask() -> tuple[int, str]:
        client = AsyncClient()
        await client.aforce_login(user)
        answer: Any = await client.get(f"/admin/chat/moderationaction/export.{form}{query}")
        if answer.status_code != 200:
            return answer.status_code, ""
        assert answer["Content-Disposition"].startswith('attachment; filename="record-')
        return 200, b"".join([piece async for piece in answer]).decode()

    return async_to_sync(ask)()


def listed(user: User, query: str = "") -> str:
    return page(client_of(user), f"chat/moderationaction/{query}").split("result_list")[-1]


@pytest.mark.django_db
def test_it_is_filtered_and_searched(dora: User, alice: User, bob: User, general: Room) -> None:
    warning.warn(by=Actor(dora), person_id=bob.pk, reason="Kayaks")
    warning.warn(by=Actor(alice), person_id=bob.pk, reason="Canoes", room_id=general.pk)
    everything = listed(dora)
    assert "Kayaks" in everything
    assert "Canoes" in everything
    for query in (
        f"?actor={dora.pk}",
        "?q=Kayaks",
        f"?actor={dora.pk}&person={bob.pk}&action__exact=warn&source__exact=room",
    ):
        assert "Kayaks" in listed(dora, query), query
        assert "Canoes" not in listed(dora, query), query
    assert "Canoes" in listed(dora, f"?room={general.pk}")
    assert "Canoes" not in listed(dora, "?action__exact=ban")
    assert client_of(dora).get("/admin/chat/moderationaction/?address__startswith=1").status_code == 400


@pytest.mark.django_db(transaction=True)
def test_it_is_exported_as_the_list_is_filtered(dora: User, alice: User, bob: User) -> None:
    warning.warn(by=Actor(dora), person_id=bob.pk, reason="Kayaks, “twice”")
    muting.mute(by=Actor(alice), person_id=bob.pk, duration=muting.SHORTEST, reason="=1+1")
    status, text = export(dora, "json")
    assert status == 200
    rows = json.loads(text)
    assert [row["action"] for row in rows] == ["mute", "warn", "role"]
    assert rows[0]["after"].keys() == ModerationAction.objects.get(action="mute").after.keys()
    assert (rows[1]["actor_name"], rows[1]["person_id"], rows[1]["reason"]) == ("Dora", bob.pk, "Kayaks, “twice”")
    table = list(csv.DictReader(io.StringIO(export(dora, "csv", f"?person={bob.pk}&q=")[1])))
    assert [row["reason"] for row in table] == ["'=1+1", "Kayaks, “twice”"], "no cell is a formula"
    assert json.loads(export(dora, "json", "?action__exact=ban")[1]) == []
    assert export(dora, "xlsx")[0] == 404
    assert export(bob, "json")[0] == 302


@pytest.mark.django_db
def test_an_export_reads_a_few_hundred_rows_at_a_time(
    alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record_files, "BATCH", 3)
    rows = [entry(by=Actor(alice), action=Action.WARN, person=bob, reason=f"{number}") for number in range(7)]
    ModerationAction.objects.bulk_create(rows)
    pages = list(batches(ModerationAction.objects.all()))
    assert [[row["reason"] for row in batch] for batch in pages] == [["6", "5", "4"], ["3", "2", "1"], ["0"]]
    assert len(list(Csv(ModerationAction.objects.all()))) == 4, "a piece for each, and the headings"
