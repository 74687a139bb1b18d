"""A wrong setting stops the start with one sentence that names it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def start(tmp_path: Path, *command: str, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), **settings}
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_no_setting_is_needed(tmp_path: Path) -> None:
    assert start(tmp_path, "check").returncode == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", "0"),  # with the built-in key
        ("DEBUG", "perhaps"),
        ("SITE_URL", "chat.example.org"),
        ("SITE_URL", "https://chat.example.org/below"),
        ("DATA_DIR", "/dev/null/data"),
        ("DATABASE_URL", "mysql://u:p@127.0.0.1/chat"),
        ("DATABASE_URL", "sqlite:////dev/null/chat.sqlite3"),
        ("DATABASE_REPLICA_URL", "replica.example.org"),
        ("DATABASE_REPLICA_URL", "sqlite:////tmp/replica.sqlite3"),
        ("DATABASE_REPLICA_URL", "postgres://chat@127.0.0.1/chat"),  # of a site on SQLite
        ("REDIS_URL", "127.0.0.1:6379"),
        ("REDIS_URL", "redis://127.0.0.1:6379,127.0.0.1:6380"),
        ("CHAT_SERVER", "gunicorn"),
        ("SIGNUP", "yes"),
        ("PORT", "http"),
        ("MAX_UPLOAD_MB", "-1"),
        ("SECRET_KEY_FILE", "/dev/null/key"),
    ],
)
@pytest.mark.parametrize("command", [("migrate", "--verbosity", "0"), ("serve", "--port", "0")])
def test_a_wrong_setting_is_named_in_one_sentence(
    tmp_path: Path, command: tuple[str, ...], name: str, value: str
) -> None:
    ended = start(tmp_path, *command, **{name: value})
    assert ended.returncode != 0
    assert len(ended.stderr.strip().splitlines()) == 1, ended.stderr
    assert ("SECRET_KEY" if (name, value) == ("DEBUG", "0") else name.removesuffix("_FILE")) in ended.stderr


def test_an_empty_secret_leaves_the_plain_variable(tmp_path: Path) -> None:
    secret = tmp_path / "key"
    secret.write_text("\n")
    ended = start(tmp_path, "check", DEBUG="0", SECRET_KEY_FILE=str(secret))
    assert "SECRET_KEY must be set" in ended.stderr
    assert start(tmp_path, "check", DEBUG="0", SECRET_KEY_FILE=str(secret), SECRET_KEY="k" * 64).returncode == 0


def test_a_pool_without_room_beside_the_writer_is_refused(tmp_path: Path) -> None:
    url = "postgres://nobody@127.0.0.1:1/chat"
    assert start(tmp_path, "check", DATABASE_URL=url, DATABASE_POOL="3").returncode == 0
    ended = start(tmp_path, "check", DATABASE_URL=url, DATABASE_POOL="2")
    assert ended.returncode != 0
    assert "DATABASE_POOL" in ended.stderr


def test_an_old_database_is_not_served(tmp_path: Path) -> None:
    ended = start(tmp_path, "serve", "--port", "0")
    assert ended.returncode != 0
    assert "migrate" in ended.stderr
    assert "Traceback" not in ended.stderr
