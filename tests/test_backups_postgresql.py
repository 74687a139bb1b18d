"""How PostgreSQL's programs are found and called, and what is made of their words."""

import io
from pathlib import Path

import pytest
from django.db.backends.postgresql.base import DatabaseWrapper

from chat.backups import postgresql, programs
from chat.backups.errors import BackupFailed
from chatsite.databases import databases

URL = "postgres://chat:s3cret@db.example.org:5433/chat?sslmode=require&sslpassword=hidden&options=-c%20search_path%3Dx"


def install(folder: Path, name: str = "pg_dump") -> Path:
    folder.mkdir(parents=True)
    (folder / name).touch(mode=0o755)
    return folder / name


def test_a_program_is_looked_for_on_the_path_and_then_in_its_own_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programs, "FOLDERS", f"{str(tmp_path).lstrip('/')}/*/bin")
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    with pytest.raises(BackupFailed, match=r"pg_dump is not installed: .* postgresql-client"):
        programs.find("pg_dump")
    install(tmp_path / "9.6/bin")
    newest = install(tmp_path / "17/bin")
    install(tmp_path / "16/bin")
    assert programs.find("pg_dump") == str(newest)
    first = install(tmp_path / "path")
    assert programs.find("pg_dump") == str(first)


def test_no_password_stands_on_a_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = databases(URL, "", password="", pool=3)["default"]
    for name, value in (("TIME_ZONE", None), ("AUTOCOMMIT", True), ("ATOMIC_REQUESTS", False), ("TEST", {})):
        settings.setdefault(name, value)
    monkeypatch.setattr(postgresql, "connection", DatabaseWrapper(settings))
    line = " ".join(postgresql._server())
    assert "s3cret" not in line
    assert "hidden" not in line
    for part in (
        "dbname=chat",
        "user=chat",
        "host=db.example.org",
        "port=5433",
        "sslmode=require",
        "search_path=x",
    ):
        assert part in line
    assert postgresql._environment()["PGPASSWORD"] == "s3cret"


@pytest.mark.parametrize(
    ("name", "said", "sentence"),
    [
        (
            "pg_dump",
            (
                "pg_dump: error: aborting because of server version mismatch\n"
                "pg_dump: detail: server version: 17.2; pg_dump version: 15.18\n"
            ),
            "pg_dump 15.18 is too old for the server, 17.2: install postgresql-client of that version.",
        ),
        (
            "pg_restore",
            "pg_restore: error: unsupported version (1.16) in file header\n",
            "pg_restore is older than the pg_dump that made this backup: install a newer postgresql-client.",
        ),
        (
            "pg_dump",
            'pg_dump: error: connection to server at "127.0.0.1", port 1 failed: Connection refused\n\tIs the',
            'pg_dump refused: connection to server at "127.0.0.1", port 1 failed: Connection refused.',
        ),
        (
            "psql",
            (
                "NOTICE:  drop cascades to 2 other objects\n"
                "psql:<stdin>:3: ERROR:  canceling statement due to lock timeout\n"
            ),
            "psql refused: canceling statement due to lock timeout.",
        ),
        ("pg_restore", "", "pg_restore ended before it was done."),
    ],
)
def test_what_a_program_said_becomes_a_sentence(name: str, said: str, sentence: str) -> None:
    assert programs.explain(name, io.BytesIO(said.encode())) == sentence
