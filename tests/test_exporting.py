import io
import json
import os
import zipfile
from typing import Any
from weakref import WeakSet

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from chat.actions import files, messages, people, posting, rooms
from chat.actions.blocking import block
from chat.actions.posting import Draft
from chat.exporting import content, export_of
from chat.exporting.archive import PIECE
from chat.models import Attachment, Case, Invite, Message, Notice, Report, Room, Sanction, User
from tests.pictures import picture


def post(user: User, room: Room, text: str, **fields: Any) -> int:
    return posting.post(Draft(user.pk, room.pk, text, text, **fields)).message_id


def unpack(user: User) -> zipfile.ZipFile:
    archive = zipfile.ZipFile(io.BytesIO(b"".join(export_of(user))))
    assert archive.testzip() is None
    return archive


def lists(archive: zipfile.ZipFile) -> dict[str, Any]:
    return {
        name.removesuffix(".json"): json.loads(archive.read(name))
        for name in archive.namelist()
        if name.endswith(".json")
    }


def test_all_that_is_theirs_is_in_it_and_nothing_else(bob: User, alice: User, general: Room) -> None:
    people.update_profile(user=bob, name="Bob", language="de", time_zone="", avatar=io.BytesIO(picture()))
    bob.refresh_from_db()
    file = files.upload(user=bob, file=io.BytesIO(b"plain words"), name="Größe.txt")
    files.upload(user=alice, file=io.BytesIO(b"hers"), name="hers.txt")
    said = post(bob, general, "Mine", attachments=(file.pk,))
    messages.edit(user_id=bob.pk, message_id=said, text="Mine, better said")
    hers = post(alice, general, "Hers")
    messages.react(user_id=bob.pk, message_id=hers, emoji="👍", on=True)
    talk, _ = rooms.create_room(by=bob, kind="direct", members=[alice.pk])
    case = Case.objects.create(message_id=hers, room=general)
    Report.objects.create(case=case, reporter=bob, category="spam", note="Adverts")
    Report.objects.create(case=case, reporter=alice, category="spam", note="Not his")
    Notice.objects.create(user=bob, kind="warning", text="Careful")
    Sanction.objects.create(kind="mute", user=bob, room=general, reason="Loud", created_by=alice)
    Invite.objects.create(created_by=bob, room=general)
    block(by=bob, person_id=alice.pk)
    archive = unpack(bob)
    found = lists(archive)
    assert set(archive.namelist()) == {
        *(f"{name}.json" for name, _ in content.lists_of(bob)),
        "picture.webp",
        f"files/{file.pk}-Größe.txt",
    }
    assert archive.read(f"files/{file.pk}-Größe.txt") == b"plain words"
    [profile] = found["profile"]
    assert (profile["username"], profile["email"], profile["language"]) == ("bob", "bob@example.org", "de")
    assert "password" not in profile
    assert [(room["id"], room["people"]) for room in found["rooms"]] == [
        (general.pk, None),
        (talk.pk, ["Bob", "Alice"] if bob.pk < alice.pk else ["Alice", "Bob"]),
    ]
    [message] = found["messages"]
    assert (message["id"], message["text"], message["files"]) == (
        said,
        "Mine, better said",
        [f"files/{file.pk}-Größe.txt"],
    )
    assert found["reactions"] == [{"message": hers, "room": general.pk, "emoji": "👍"}]
    assert [row["note"] for row in found["reports"]] == ["Adverts"]
    assert [row["text"] for row in found["notices"]] == ["Careful"]
    assert [(row["kind"], row["reason"]) for row in found["sanctions"]] == [("mute", "Loud")]
    assert [row["name"] for row in found["blocks"]] == ["Alice"]
    assert len(found["invitations"]) == 1
    assert "hers" not in str(found)


def test_what_was_deleted_is_not_in_it(bob: User, general: Room) -> None:
    file = files.upload(user=bob, file=io.BytesIO(b"words"), name="gone.txt")
    kept = post(bob, general, "Stays")
    gone = post(bob, general, "Goes", attachments=(file.pk,))
    assert len(lists(unpack(bob))["messages"]) == 2
    # As a moderator takes it away: the file stays linked, for the day it is restored.
    Message.objects.filter(pk=gone).update(deleted=True, text="", html="")
    archive = unpack(bob)
    found = lists(archive)
    assert [row["id"] for row in found["messages"]] == [kept]
    assert found["files"] == []
    assert not [name for name in archive.namelist() if name.startswith("files/")]


def test_a_lost_file_does_not_end_it(bob: User, general: Room) -> None:
    file = files.upload(user=bob, file=io.BytesIO(b"words"), name="lost.txt")
    default_storage.delete(file.key)
    assert [row["id"] for row in lists(unpack(bob))["files"]] == [file.pk]


def test_neither_rows_nor_files_are_in_memory_together(
    bob: User, general: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = 4 * content.BATCH
    Message.objects.bulk_create(
        Message(room=general, author=bob, tick=tick, changed=tick, ref=str(tick), fingerprint=b"", text="x" * 100)
        for tick in range(10, many + 10)
    )
    key = default_storage.save("attachments/large", ContentFile(os.urandom(20 * PIECE)))
    Attachment.objects.create(owner=bob, key=key, name="large.bin", type="application/zip", size=20 * PIECE)
    alive: WeakSet[Message] = WeakSet()
    most = 0
    describe = content._message

    def watch(row: Message, *others: Any) -> dict[str, Any]:
        nonlocal most
        alive.add(row)
        most = max(most, len(alive))
        return describe(row, *others)

    monkeypatch.setattr(content, "_message", watch)
    sizes = [len(piece) for piece in export_of(bob)]
    assert most <= content.BATCH
    assert max(sizes) <= 2 * PIECE
    assert sum(sizes) > 20 * PIECE
    assert len(lists(unpack(bob))["messages"]) == many
