"""Files: uploaded, posted, read by those who may, and forgotten."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import StreamingHttpResponse
from django.test import AsyncClient, Client
from django.utils import timezone
from pytest_django import Settings

from chat.actions import files, messages, posting
from chat.errors import Refused
from chat.models import Attachment, Membership, Room, User
from tests.pictures import picture

# The files are read on an event loop: rows must be committed to be seen there.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _storage(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    settings.RATE_LIMITS = False


@pytest.fixture(autouse=True)
def _pool() -> Iterator[None]:
    """Django's asynchronous test client runs views in threads and leaves their connections open."""
    yield
    if connection.vendor == "postgresql":
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def upload(user: User, content: bytes = b"plain words", name: str = "notes.txt") -> Any:
    return signed_in(user).post("/api/attachments", {"file": SimpleUploadedFile(name, content)})


def read(user: User, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    async def ask() -> tuple[int, dict[str, str], bytes]:
        client = AsyncClient()
        await client.aforce_login(user)
        answer: Any = await client.get(path, headers=headers)
        if isinstance(answer, StreamingHttpResponse):
            content = b"".join([piece async for piece in answer])
        else:
            content = answer.content
        return answer.status_code, dict(answer.headers), content

    return async_to_sync(ask)()


def kept(folder: Path) -> int:
    return sum(path.is_file() for path in folder.rglob("*"))


def test_an_upload_answers_the_attachment(bob: User) -> None:
    answer = upload(bob, name="Größe 1.txt")
    row = Attachment.objects.get()
    assert answer.status_code == 201
    assert answer.json() == {
        "id": row.pk,
        "name": "Größe 1.txt",
        "type": "text/plain",
        "size": 11,
        "url": f"/attachments/{row.pk}/Gr%C3%B6%C3%9Fe%201.txt",
    }
    status, headers, content = read(bob, answer.json()["url"])
    assert (status, content) == (200, b"plain words")
    assert headers["Content-Disposition"].startswith("attachment")
    assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_large_pictures_have_a_thumbnail(bob: User) -> None:
    file = upload(bob, picture(size=(900, 300)), "x.png").json()
    assert (file["width"], file["height"]) == (900, 300)
    status, headers, content = read(bob, file["thumbnail"])
    assert (status, headers["Content-Type"], content[8:12]) == (200, "image/webp", b"WEBP")
    small = upload(bob, picture(), "y.png").json()
    assert "thumbnail" not in small
    assert read(bob, f"/attachments/{small['id']}/thumbnail")[0] == 404


def test_who_may_read_the_message_may_read_its_files(
    alice: User, bob: User, charlie: User, backroom: Room
) -> None:
    file = upload(bob).json()
    assert [read(user, file["url"])[0] for user in (bob, alice, charlie)] == [200, 404, 404]
    posted = posting.post(posting.Draft(bob.pk, backroom.pk, "1", "", attachments=(file["id"],)))
    assert [read(user, file["url"])[0] for user in (bob, alice, charlie)] == [200, 200, 404]
    Membership.objects.filter(room=backroom, user=bob).update(left=True)
    assert [read(user, file["url"])[0] for user in (bob, alice)] == [404, 200]
    messages.delete(user_id=alice.pk, message_id=posted.message_id)
    assert read(alice, file["url"])[0] == 404


def test_files_of_public_rooms_are_public_on_the_site(bob: User, charlie: User, general: Room) -> None:
    file = upload(bob).json()
    assert read(charlie, file["url"])[0] == 404
    posting.post(posting.Draft(bob.pk, general.pk, "1", "", attachments=(file["id"],)))
    assert read(charlie, file["url"])[0] == 200
    assert Client().get(file["url"]).status_code == 302, "signed out: to sign-in"


def test_files_that_cannot_be_are_not_there(bob: User) -> None:
    for number in (0, 2**53 - 1, 2**53, 2**63, 10**30):
        assert read(bob, f"/attachments/{number}/x")[0] == 404


@pytest.mark.parametrize(
    ("asked", "status", "part", "told"),
    [
        ("bytes=0-3", 206, b"0123", "bytes 0-3/10"),
        ("bytes=7-", 206, b"789", "bytes 7-9/10"),
        ("bytes=-2", 206, b"89", "bytes 8-9/10"),
        ("bytes=8-99", 206, b"89", "bytes 8-9/10"),
        ("bytes=-99", 206, b"0123456789", "bytes 0-9/10"),
        ("bytes=10-", 416, b"", "bytes */10"),
        ("bytes=-0", 416, b"", "bytes */10"),
        ("bytes=0-1,3-4", 200, b"0123456789", None),
        ("bytes=3-1", 200, b"0123456789", None),
        ("bytes=-", 200, b"0123456789", None),
        ("lines=1-2", 200, b"0123456789", None),
        ("bytes=" + "9" * 99 + "-", 200, b"0123456789", None),
    ],
)
def test_players_may_ask_for_a_part(bob: User, asked: str, status: int, part: bytes, told: str | None) -> None:
    file = upload(bob, b"0123456789").json()
    found, headers, content = read(bob, file["url"], Range=asked)
    assert (found, content, headers.get("Content-Range")) == (status, part, told)


def test_a_head_tells_the_length(bob: User) -> None:
    answer = signed_in(bob).head(upload(bob).json()["url"])
    assert (answer.status_code, answer.headers["Content-Length"], answer.content) == (200, "11", b"")


def test_a_proxy_that_sends_files_is_told_which(
    bob: User, charlie: User, backroom: Room, settings: Settings
) -> None:
    file = upload(bob).json()
    path = f"/attachments/{file['id']}/notes.txt"
    assert "X-Accel-Redirect" not in read(bob, path)[1]
    settings.SENDFILE = True
    status, headers, content = read(bob, path)
    assert (status, content) == (200, b"")
    assert headers["X-Accel-Redirect"] == f"/{Attachment.objects.get().key}"
    assert headers["Content-Disposition"] == 'attachment; filename="notes.txt"'
    status, headers, _ = read(charlie, path)
    assert status == 404
    assert "X-Accel-Redirect" not in headers


def test_bad_uploads_are_refused(bob: User, settings: Settings, tmp_path: Path) -> None:
    client = signed_in(bob)
    for form in ({}, {"file": "words"}, {"other": SimpleUploadedFile("x", b"x")}):
        answer = client.post("/api/attachments", form)
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid")
    assert upload(bob, b"").json()["error"]["code"] == "invalid"
    for body in (b"", b"--x\r\nbroken"):
        answer = client.generic("POST", "/api/attachments", body, "multipart/form-data; boundary=x")
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid")
    settings.MAX_UPLOAD_BYTES = 10
    large = upload(bob)
    assert (large.status_code, large.json()["error"]["code"]) == (413, "too_large")
    assert kept(tmp_path) == Attachment.objects.count() == 0


def test_unposted_files_are_forgotten_after_a_day(bob: User, alice: User, general: Room, tmp_path: Path) -> None:
    old, posted, new = (upload(bob).json()["id"] for _ in range(3))
    foreign = upload(alice).json()["id"]
    posting.post(posting.Draft(bob.pk, general.pk, "1", "", attachments=(posted,)))
    long_ago = timezone.now() - files.UNPOSTED_KEPT - timedelta(minutes=1)
    Attachment.objects.filter(pk__in=[old, posted, foreign]).update(created_at=long_ago)
    latest = upload(bob).json()["id"]
    assert set(Attachment.objects.values_list("pk", flat=True)) == {posted, new, foreign, latest}
    assert kept(tmp_path) == 4


def test_unposted_files_are_counted(bob: User, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(files, "MOST_UNPOSTED", 2)
    assert [upload(bob).status_code for _ in range(3)] == [201, 201, 409]
    assert kept(tmp_path) == 2


def test_a_row_that_cannot_be_stored_leaves_no_file(
    bob: User, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fail(**_: object) -> None:
        raise Refused("unavailable", "x")

    monkeypatch.setattr(Attachment.objects, "create", fail)
    assert upload(bob, picture(size=(900, 300))).status_code == 503
    assert kept(tmp_path) == 0
