"""SQLite's backup beside those who write."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from chat.backups import sqlite
from chat.backups.errors import BackupFailed


@pytest.fixture
def live(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "live.sqlite3"
    fill(path, 20_000)
    monkeypatch.setattr(sqlite, "_live", lambda: path)
    monkeypatch.setattr(sqlite, "PATIENCE", 0.1)
    return path


@pytest.fixture
def neighbour(live: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(live, isolation_level=None)) as connection:
        yield connection


def fill(path: Path, rows: int) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE said (word)")
        connection.executemany("INSERT INTO said VALUES (?)", [(str(number),) for number in range(rows)])
        connection.commit()


def count(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        (rows,) = connection.execute("SELECT count(*) FROM said").fetchone()
        return int(rows)


def test_a_copy_is_of_one_moment_though_somebody_writes_at_every_step(
    live: Path, neighbour: sqlite3.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = 0

    def write(status: int, remaining: int, total: int) -> None:
        nonlocal steps
        steps += 1
        assert steps <= total, "each write began the copy anew"
        neighbour.execute("INSERT INTO said VALUES ('meanwhile')")

    monkeypatch.setattr(sqlite, "STEP", 1)
    monkeypatch.setattr(sqlite, "_listen_to_signals", write)
    sqlite.dump(tmp_path / "copy")
    assert steps > 10
    assert count(tmp_path / "copy") == 20_000
    assert count(live) == 20_000 + steps


def test_a_signal_ends_the_copy(live: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def end(status: int, remaining: int, total: int) -> None:
        raise SystemExit(143)

    monkeypatch.setattr(sqlite, "_listen_to_signals", end)
    with pytest.raises(SystemExit):
        sqlite.dump(tmp_path / "copy")


def test_a_database_is_replaced_when_nobody_has_it_open(
    live: Path, neighbour: sqlite3.Connection, tmp_path: Path
) -> None:
    fill(tmp_path / "dump", 7)
    neighbour.execute("SELECT * FROM said").fetchone()
    for refused in (sqlite.require_alone, lambda: sqlite.replace(tmp_path / "dump", [])):
        with pytest.raises(BackupFailed, match="stop the servers"):
            refused()
    neighbour.close()
    assert count(live) == 20_000
    sqlite.require_alone()
    sqlite.replace(tmp_path / "dump", [])
    assert count(live) == 7


def test_the_last_changes_come_with_it_or_nothing_does(live: Path, tmp_path: Path) -> None:
    fill(tmp_path / "dump", 7)
    with pytest.raises(BackupFailed, match="no such table"):
        sqlite.replace(tmp_path / "dump", ["DELETE FROM said WHERE word = '0'", "DELETE FROM nowhere"])
    assert count(live) == 20_000
    sqlite.replace(tmp_path / "dump", ["DELETE FROM said WHERE word = '1'"])
    assert count(live) == 5


def test_a_database_that_was_not_there_yet(live: Path, tmp_path: Path) -> None:
    sqlite.dump(tmp_path / "copy")
    live.unlink()
    sqlite.replace(tmp_path / "copy", [])
    assert count(live) == 20_000


def test_what_is_no_database_is_told_in_a_sentence(live: Path, tmp_path: Path) -> None:
    (tmp_path / "dump").write_bytes(b"words" * 1000)
    with pytest.raises(BackupFailed, match="SQLite refused"):
        sqlite.replace(tmp_path / "dump", [])
    assert count(live) == 20_000
