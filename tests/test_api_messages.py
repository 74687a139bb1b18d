"""Posting and reading history over HTTP."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from chat import limits
from chat.actions import posting
from chat.models import Membership, Message, Room, Sanction, User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _unlimited(settings: Settings) -> None:
    settings.RATE_LIMITS = False


@pytest.fixture
def as_bob(client: Client, bob: User) -> Client:
    client.force_login(bob)
    return client


def post(client: Client, room: Room, **body: Any) -> Any:
    body = {"ref": "1", "text": "hello", **body}
    return client.post(f"/api/rooms/{room.pk}/messages", body, content_type="application/json")


def refused(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def test_a_post_answers_the_message(as_bob: Client, bob: User, general: Room) -> None:
    answer = post(as_bob, general, text="hello @alice")
    assert answer.status_code == 201
    message = answer.json()
    assert (message["room"], message["ref"], message["tick"]) == (general.pk, "1", general.clock + 1)
    assert message["author"] == {"id": bob.pk, "username": "bob", "name": "Bob"}
    assert Message.objects.get(pk=message["id"]).text == message["text"] == "hello @alice"


def test_a_stored_ref_is_answered_whatever_has_happened_since(
    as_bob: Client, bob: User, general: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = post(as_bob, general).json()
    Room.objects.filter(pk=general.pk).update(archived=True)
    monkeypatch.setattr(limits, "too_many_posts", lambda _: 2.0)
    assert refused(post(as_bob, general, ref="2")) == (429, "rate_limited")
    again = post(as_bob, general)
    assert (again.status_code, again.json()) == (200, original)
    Membership.objects.filter(room=general, user=bob).update(left=True)
    assert refused(post(as_bob, general)) == (404, "not_found")


def test_refusals_have_their_status(as_bob: Client, alice: User, bob: User, general: Room) -> None:
    assert post(as_bob, general).status_code == 201
    assert refused(post(as_bob, general, text="other")) == (409, "conflict")
    assert refused(post(as_bob, general, ref="2", reply_to=2**53 - 1)) == (404, "not_found")
    assert refused(post(as_bob, general, ref="2", attachments=[2**53 - 1])) == (404, "not_found")
    Room.objects.filter(pk=general.pk).update(slow_mode=60)
    slow = post(as_bob, general, ref="2")
    assert refused(slow) == (429, "slow_mode")
    assert 0 < slow.json()["error"]["retry_after"] <= int(slow.headers["Retry-After"]) <= 60
    Sanction.objects.create(kind=Sanction.Kind.MUTE, user=bob, room=general, created_by=alice)
    assert refused(post(as_bob, general, ref="2")) == (403, "muted")
    Room.objects.filter(pk=general.pk).update(archived=True)
    assert refused(post(as_bob, general, ref="2")) == (409, "archived")


def test_history_comes_in_pages(as_bob: Client, bob: User, general: Room) -> None:
    for number in range(7):
        posting.post(posting.Draft(bob.pk, general.pk, ref=str(number), text=str(number)))
    first = general.clock + 1

    def page(**query: int) -> tuple[list[str], bool, bool]:
        found = as_bob.get(f"/api/rooms/{general.pk}/messages", query).json()
        assert found["clock"] == first + 6
        return [message["text"] for message in found["messages"]], found["more_before"], found["more_after"]

    assert page() == (list("0123456"), False, False)
    assert page(limit=2) == (["5", "6"], True, False)
    assert page(limit=2, before=first + 2) == (["0", "1"], False, True)
    assert page(limit=2, after=first + 2) == (["3", "4"], True, True)
    texts, before, after = page(limit=3, around=first + 3)
    assert ("3" in texts, before, after) == (True, True, True)


def test_strangers_read_public_rooms_only(
    client: Client, charlie: User, general: Room, backroom: Room, bob: User
) -> None:
    posting.post(posting.Draft(bob.pk, backroom.pk, ref="1", text="secret"))
    client.force_login(charlie)
    assert client.get(f"/api/rooms/{general.pk}/messages").status_code == 200
    assert refused(client.get(f"/api/rooms/{backroom.pk}/messages")) == (404, "not_found")
    assert refused(post(client, general)) == (404, "not_found")
