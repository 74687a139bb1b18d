"""What an operator forgets or mistypes is answered by a sentence, and by no trace."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.compose.stack import Stack


def said(stack: Stack, *arguments: str) -> str:
    """What a command says that must fail."""
    done = stack.compose(*arguments, check=False)
    text = done.stdout + done.stderr
    assert done.returncode, text
    assert "Traceback" not in text
    return text


def run(stack: Stack, *options: str) -> str:
    return said(stack, "run", "--rm", "--no-TTY", "--no-deps", *options, "web-1")


def test_without_any_of_the_mistakes_the_same_command_works(stack: Stack) -> None:
    stack.compose("run", "--rm", "--no-TTY", "--no-deps", "web-1", "check")


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ("SITE_URL=chat.example.org", "SITE_URL must be the address people type"),
        ("CHAT_SERVER=apache", "CHAT_SERVER must be one of daphne, uvicorn"),
        ("DATABASE_URL=mysql://chat@postgres/chat", "DATABASE_URL must name a PostgreSQL or SQLite database"),
        ("REDIS_URL=redis:6379", "REDIS_URL must look like redis://host:6379/0"),
        ("SECRET_KEY_FILE=/run/secrets/none", "SECRET_KEY_FILE: cannot read /run/secrets/none"),
        ("SECRET_KEY_FILE=/dev/null", "SECRET_KEY must be set to a long random value"),
        ("DATA_DIR=/somewhere", "DATA_DIR: cannot write to /somewhere"),
    ],
)
def test_a_wrong_setting_is_named(stack: Stack, setting: str, sentence: str) -> None:
    assert sentence in run(stack, "--env", setting)


def test_a_volume_of_somebody_else_is_named(stack: Stack) -> None:
    assert "DATA_DIR: cannot write to /data (Permission denied)" in run(stack, "--user", "12345:10001")


def test_a_site_without_its_address_does_not_start(stack: Stack) -> None:
    (stack.folder / "empty.env").touch()
    text = said(stack, "--env-file", "empty.env", "--file", "docker-compose.yml", "config")
    assert "Set SITE_URL in .env to the address people type" in text


def test_a_missing_secret_is_named(stack: Stack) -> None:
    secret = stack.folder / "secrets" / "redis_password"
    hidden = secret.rename(secret.with_suffix(".hidden"))
    try:
        assert str(secret) in run(stack)
    finally:
        hidden.rename(secret)


def test_no_secret_is_made_twice_or_guessed(stack: Stack) -> None:
    secrets = {path.name: path.read_text() for path in (stack.folder / "secrets").iterdir()}
    stack.run("bin/init-secrets")
    assert {path.name: path.read_text() for path in (stack.folder / "secrets").iterdir()} == secrets
    made = [text for name, text in secrets.items() if name != "email_password"]
    assert all(len(text.strip()) >= 32 for text in made)
    assert len(set(made)) == len(made)


def test_a_taken_port_is_named(stack: Stack) -> None:
    with taken_port() as port:
        text = said(stack, "run", "--rm", "--no-deps", "--publish", f"127.0.0.1:{port}:80", "proxy")
    assert "address already in use" in text or "port is already allocated" in text
    assert str(port) in text


@contextmanager
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]
