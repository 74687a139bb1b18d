"""What cannot be imported is told in one sentence, and nothing is stored."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from chat.models import Message, Room, User
from tests.cast import add_room


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "2004-11-15.txt"
    path.write_text("[01:00] <ann> hi\n")
    return path


@pytest.mark.django_db
def test_a_site_that_is_not_set_up(log: Path) -> None:
    _refuse(log, sentence="Open the site and set it up first: the room needs an owner.")


@pytest.mark.usefixtures("alice")
def test_files_that_are_not_there(log: Path) -> None:
    missing = log.with_name("2004-11-16.txt")
    _refuse(missing, sentence=f"{missing} cannot be read: No such file or directory.")
    _refuse(log, "--links", str(missing), sentence=f"{missing} cannot be read: No such file or directory.")
    folder = log.with_name("2004-11-17")
    folder.mkdir()
    _refuse(folder, sentence=f"{folder} cannot be read: Is a directory.")


@pytest.mark.usefixtures("alice")
def test_links_that_are_none(log: Path) -> None:
    links = log.with_name("links.txt")
    links.write_text("1 2 -\n\nfirst second -\n")
    _refuse(
        log,
        "--links",
        str(links),
        sentence=f"{links} is not a file of links. Line 3 should begin with two line numbers.",
    )


@pytest.mark.usefixtures("alice")
def test_a_log_of_no_day(log: Path) -> None:
    nameless = log.rename(log.with_name("today.txt"))
    _refuse(nameless, sentence="Say on which day the log begins: --date YYYY-MM-DD.")
    call_command("import_irc", str(nameless), "--room", "ubuntu", "--date", "2004-11-15", verbosity=0)
    assert Message.objects.exists()


def test_a_room_of_another_kind(log: Path, alice: User) -> None:
    add_room("ubuntu", "private", members={alice: "owner"})
    _refuse(log, sentence="The room ubuntu is not public. Choose another name.")


def test_a_room_name_that_is_none(log: Path, alice: User) -> None:
    _refuse(log, room=" ", sentence="A room's name has 1 to 80 characters.")


@pytest.mark.parametrize("change", [{"archived": True}, {"locked": True}, {"slow_mode": 30}])
def test_a_room_in_which_nobody_could_say_all_this(log: Path, alice: User, change: dict[str, bool | int]) -> None:
    room = add_room("ubuntu", members={alice: "owner"})
    Room.objects.filter(pk=room.pk).update(**change)
    sentence = "The room ubuntu is archived, locked or in slow mode, so nobody could say all this."
    _refuse(log, sentence=sentence)
    Room.objects.filter(pk=room.pk).update(archived=False, locked=False, slow_mode=0)
    call_command("import_irc", str(log), "--room", "ubuntu", verbosity=0)
    assert Message.objects.exists()


def _refuse(log: Path, *options: str, room: str = "ubuntu", sentence: str) -> None:
    people = User.objects.count()
    with pytest.raises(CommandError) as refusal:
        call_command("import_irc", str(log), "--room", room, *options)
    assert str(refusal.value) == sentence
    assert not Message.objects.exists()
    assert User.objects.count() == people
