"""Backups in a folder: whole or not there, and not too many."""

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

import pytest

from chat.backups import keeping, partial
from chat.backups.stream import FORMAT, Manifest
from chat.management.commands.backup import _seconds_until_due

MOMENT = datetime(2025, 11, 24, 19, 50, 7, tzinfo=UTC)
OURS = [f"chatsite-2025112{day}-020000.tar" for day in (1, 2, 3, 4)]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_backup_gets_its_name_when_it_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def take(out: IO[bytes]) -> Manifest:
        [unfinished] = names(tmp_path)
        assert not unfinished.startswith("chatsite-")
        out.write(b"whole")
        return Manifest(format=FORMAT, version="1", engine="sqlite", created=MOMENT, migrations=[])

    monkeypatch.setattr(keeping, "take", take)
    path = keeping.take_into(tmp_path)
    assert names(tmp_path) == [path.name] == ["chatsite-20251124-195007.tar"]
    assert path.read_bytes() == b"whole"
    assert path.stat().st_mode & 0o777 == 0o600
    assert keeping.newest_time(tmp_path) == MOMENT


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), SystemExit(143)])
def test_what_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def take(out: IO[bytes]) -> Manifest:
        out.write(b"half")
        raise error

    monkeypatch.setattr(keeping, "take", take)
    with pytest.raises(type(error)):
        keeping.take_into(tmp_path)
    assert names(tmp_path) == []


def test_what_a_power_cut_left_goes_after_a_day(tmp_path: Path) -> None:
    old, young = (tmp_path / f"{partial.PREFIX}{name}{partial.SUFFIX}" for name in ("old", "young"))
    foreign = tmp_path / "old.partial"
    for path in (old, young, foreign):
        path.touch()
    for path in (old, foreign):
        os.utime(path, (time.time() - partial.ABANDONED - 60,) * 2)
    with partial.partial(tmp_path) as new:
        assert set(tmp_path.iterdir()) == {young, foreign, new}


def test_the_newest_are_kept_and_what_is_not_ours(tmp_path: Path) -> None:
    others = ["chatsite-20251120-020000.tar.gz", "chatsite-before-the-move.tar", "notes.txt"]
    for name in OURS + others:
        (tmp_path / name).touch()
    keeping.forget_older(tmp_path, 9)
    assert names(tmp_path) == sorted(OURS + others)
    keeping.forget_older(tmp_path, 2)
    assert names(tmp_path) == sorted(OURS[2:] + others)


def test_a_service_that_starts_again_makes_no_more_than_it_should(tmp_path: Path) -> None:
    day = 86_400.0
    assert _seconds_until_due(tmp_path, day) == 0

    def newest(age: timedelta) -> None:
        for path in tmp_path.iterdir():
            path.unlink()
        (tmp_path / f"chatsite-{(datetime.now(UTC) - age).strftime(keeping.TIME)}.tar").touch()

    newest(timedelta(hours=23))
    assert 3000 < _seconds_until_due(tmp_path, day) <= 3601
    newest(timedelta(hours=25))
    assert _seconds_until_due(tmp_path, day) == 0


def test_what_was_made_when_the_clock_was_wrong_pushes_nothing_out(tmp_path: Path) -> None:
    future = ["chatsite-29990101-020000.tar", "chatsite-29990102-020000.tar"]
    for name in [OURS[0], *future]:
        (tmp_path / name).touch()
    assert _seconds_until_due(tmp_path, 86_400.0) == 0
    keeping.forget_older(tmp_path, 1)
    assert names(tmp_path) == sorted([OURS[0], *future])
