"""What people say about themselves, and what the site makes of it."""

import io
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone, translation
from PIL import Image
from pytest_django import Settings

from chat import announce
from chat.actions import people
from chat.models import Room, User
from chat.uploads import UploadRefused

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _storage(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The people who were announced to have changed."""
    users: list[int] = []
    monkeypatch.setattr(announce, "person_changed", users.append)
    return users


def picture(colour: str = "teal") -> SimpleUploadedFile:
    return SimpleUploadedFile("me.png", png(colour).getvalue(), "image/png")


def png(colour: str = "teal") -> io.BytesIO:
    file = io.BytesIO()
    Image.new("RGB", (300, 200), colour).save(file, "PNG")
    file.seek(0)
    return file


def stored_files(folder: Path) -> int:
    return sum(path.is_file() for path in folder.rglob("*"))


def test_a_profile_is_stored_and_announced(client: Client, bob: User, told: list[int]) -> None:
    client.force_login(bob)
    form = {"name": "Bob Tanaka", "language": "zh-hans", "time_zone": "Asia/Tokyo"}
    assert client.post("/accounts/profile/", form).headers["Location"] == "/accounts/profile/"
    bob.refresh_from_db()
    assert (bob.name, bob.language, bob.time_zone) == ("Bob Tanaka", "zh-hans", "Asia/Tokyo")
    assert told == [bob.pk]
    assert client.get("/accounts/profile/").context["form"].initial == form


@pytest.mark.parametrize("wrong", [{"language": "xx"}, {"time_zone": "Mars/Olympus"}, {"name": "x" * 81}])
def test_what_does_not_exist_cannot_be_chosen(
    client: Client, bob: User, told: list[int], wrong: dict[str, str]
) -> None:
    client.force_login(bob)
    answer = client.post("/accounts/profile/", {"name": "Robert"} | wrong)
    assert set(answer.context["form"].errors) == set(wrong)
    bob.refresh_from_db()
    assert bob.name == "Bob"
    assert told == []


def test_pages_speak_the_language_and_the_time_of_the_person(client: Client, bob: User, alice: User) -> None:
    User.objects.filter(pk=bob.pk).update(language="zh-hans", time_zone="Asia/Tokyo")
    client.force_login(bob)
    answer = client.get("/accounts/profile/")
    assert '<html lang="zh-Hans"' in answer.content.decode()
    assert str(timezone.get_current_timezone()) == "Asia/Tokyo"
    client.force_login(alice)
    assert '<html lang="en"' in client.get("/accounts/profile/").content.decode()
    assert str(timezone.get_current_timezone()) == "UTC", "the next person is not given the last one's"
    translation.deactivate()


def test_a_time_zone_this_machine_does_not_know_is_passed_over(client: Client, bob: User) -> None:
    User.objects.filter(pk=bob.pk).update(time_zone="Atlantis/Capital")
    client.force_login(bob)
    assert client.get("/accounts/profile/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_picture_is_shown_to_people_who_are_signed_in(client: Client, bob: User, general: Room) -> None:
    client.force_login(bob)
    client.post("/accounts/profile/", {"name": "Bob", "avatar": picture()})
    bob.refresh_from_db()
    assert f'src="/{bob.avatar}"' in client.get("/accounts/profile/").content.decode()
    assert client.get(f"/rooms/{general.pk}/").context["boot"]["me"]["avatar"] == f"/{bob.avatar}"
    answer = client.get(f"/{bob.avatar}")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/webp")
    assert "immutable" in answer.headers["Cache-Control"]
    assert "private" in answer.headers["Cache-Control"]
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert Image.open(io.BytesIO(answer.content)).size == (256, 256)
    assert Client().get(f"/{bob.avatar}").status_code == 302


@pytest.mark.django_db(transaction=True)
def test_an_old_picture_does_not_stay(client: Client, bob: User, tmp_path: Path) -> None:
    client.force_login(bob)
    client.post("/accounts/profile/", {"avatar": picture()})
    bob.refresh_from_db()
    first = bob.avatar
    client.post("/accounts/profile/", {"avatar": picture("olive")})
    bob.refresh_from_db()
    assert bob.avatar not in ("", first)
    assert stored_files(tmp_path) == 1
    client.post("/accounts/profile/", {})
    bob.refresh_from_db()
    assert bob.avatar, "a form without a picture leaves it alone"
    client.post("/accounts/profile/", {"remove_avatar": "on"})
    bob.refresh_from_db()
    assert bob.avatar == ""
    assert stored_files(tmp_path) == 0
    assert client.get(f"/{first}").status_code == 404


def test_a_picture_that_is_none_is_explained_next_to_the_field(client: Client, bob: User, tmp_path: Path) -> None:
    client.force_login(bob)
    answer = client.post("/accounts/profile/", {"avatar": SimpleUploadedFile("me.png", b"<svg/>", "image/png")})
    assert set(answer.context["form"].errors) == {"avatar"}
    bob.refresh_from_db()
    assert bob.avatar == ""
    assert stored_files(tmp_path) == 0


def test_a_profile_that_cannot_be_stored_leaves_no_picture(
    bob: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(user_id: int) -> None:
        assert stored_files(tmp_path) == 1
        raise RuntimeError

    monkeypatch.setattr(announce, "person_changed", fail)
    with pytest.raises(RuntimeError):
        people.update_profile(user=bob, name="", language="", time_zone="", avatar=png())
    assert stored_files(tmp_path) == 0


def test_a_picture_is_refused_by_the_action_too(bob: User) -> None:
    with pytest.raises(UploadRefused):
        people.update_profile(user=bob, name="", language="", time_zone="", avatar=io.BytesIO(b"no picture"))


@pytest.mark.parametrize("name", ["..%2F..%2Fchat.sqlite3", "x", "0" * 32, "%00"])
def test_no_other_file_is_reached_by_the_pictures_address(client: Client, bob: User, name: str) -> None:
    client.force_login(bob)
    assert client.get(f"/avatars/{name}").status_code == 404
