"""The pages on which people take their data along, take blocks back, and delete their account."""

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.core.cache import cache
from django.db import connection
from django.http import StreamingHttpResponse
from django.test import AsyncClient, Client

from chat.actions import posting
from chat.actions.blocking import block
from chat.actions.posting import Draft
from chat.models import Block, Message, ModerationAction, Room, Site, User
from chat.views import own_data
from tests.cast import PASSWORD


@pytest.fixture(autouse=True)
def _fresh_limits() -> Iterator[None]:
    cache.clear()
    yield
    if connection.vendor == "postgresql":
        # Django's asynchronous test client runs views in threads and leaves their connections open.
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]


def export(user: User, *, read: bool = True) -> tuple[int, bytes]:
    async def ask() -> tuple[int, bytes]:
        client = AsyncClient()
        await client.aforce_login(user)
        answer: Any = await client.post("/accounts/export/")
        content = b""
        if isinstance(answer, StreamingHttpResponse):
            assert answer["Content-Disposition"].startswith('attachment; filename="export-')
            if read:
                content = b"".join([piece async for piece in answer])
            answer.close()
        return answer.status_code, content

    return async_to_sync(ask)()


@pytest.mark.django_db(transaction=True)
def test_an_export_is_a_zip(bob: User, general: Room) -> None:
    posting.post(Draft(bob.pk, general.pk, "1", "Mine"))
    status, content = export(bob)
    assert status == 200
    archive = zipfile.ZipFile(io.BytesIO(content))
    assert [row["text"] for row in json.loads(archive.read("messages.json"))] == ["Mine"]


@pytest.mark.django_db(transaction=True)
def test_exports_are_made_one_at_a_time_and_five_a_day(bob: User, alice: User) -> None:
    own_data._exporting.add(bob.pk)
    assert export(bob)[0] == 429
    own_data._exporting.clear()
    # One that nobody reads is over as well.
    assert [export(bob, read=number > 0)[0] for number in range(6)] == [200] * 5 + [429]
    assert export(alice)[0] == 200
    assert not own_data._exporting


def test_an_export_is_asked_for_by_a_form_of_ours(bob: User, client: Client) -> None:
    assert client.post("/accounts/export/").status_code == 302
    client.force_login(bob)
    assert client.get("/accounts/export/").status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(bob)
    assert strict.post("/accounts/export/").status_code == 403


def test_blocks_are_listed_and_taken_back(bob: User, alice: User, client: Client) -> None:
    client.force_login(bob)
    assert "People you blocked" not in client.get("/accounts/profile/").content.decode()
    block(by=bob, person_id=alice.pk)
    page = client.get("/accounts/profile/").content.decode()
    assert "People you blocked" in page
    assert "Unblock Alice" in page
    client.post(f"/accounts/unblock/{alice.pk}/")
    assert not Block.objects.exists()


def test_an_account_goes_by_its_password_alone(bob: User, client: Client) -> None:
    client.force_login(bob)
    page = client.post("/accounts/delete/", {"password": "something else"})
    assert "That is not your current password." in page.content.decode()
    assert client.get("/accounts/profile/").status_code == 200
    answer = client.post("/accounts/delete/", {"password": PASSWORD}, follow=True)
    assert "Your account is deleted." in answer.content.decode()
    assert client.get("/accounts/profile/").status_code == 302
    bob.refresh_from_db()
    assert bob.is_former
    assert ModerationAction.objects.get().address == "127.0.0.1"
    client.post("/accounts/login/", {"login": "bob", "password": PASSWORD})
    assert client.get("/accounts/profile/").status_code == 302


def test_passwords_are_not_guessed_here(bob: User, client: Client) -> None:
    client.force_login(bob)
    answers = [client.post("/accounts/delete/", {"password": "guess"}).status_code for _ in range(11)]
    assert answers == [200] * 10 + [429]
    assert client.post("/accounts/delete/", {"password": PASSWORD}).status_code == 429


def test_the_page_says_what_becomes_of_messages(bob: User, general: Room, client: Client) -> None:
    posting.post(Draft(bob.pk, general.pk, "1", "Mine"))
    client.force_login(bob)
    assert "Your messages stay" in client.get("/accounts/delete/").content.decode()
    Site.objects.update(deleted_account_messages="remove")
    assert "are removed for everyone" in client.get("/accounts/delete/").content.decode()
    client.post("/accounts/delete/", {"password": PASSWORD})
    assert Message.objects.get().deleted


def test_the_last_owner_is_told_why(alice: User, client: Client) -> None:
    client.force_login(alice)
    page = client.post("/accounts/delete/", {"password": PASSWORD}).content.decode()
    assert "You are the last owner of this site." in page
    alice.refresh_from_db()
    assert alice.is_active
