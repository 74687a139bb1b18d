"""What the doctor says of what can be arranged within one process; the rest is in `tests/processes/`."""

import ast
import os
import re
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from pytest_django import Settings

from chat.doctor import clocks, databases, disk, mail, migrations, permissions, probe
from chat.doctor.examination import examine
from chat.doctor.findings import Finding, Grade, note, ok
from tests.documents import ROOT, read, spans, table
from tests.services.mail import running_mail_server
from tests.services.programs import free_port


def test_a_check_that_hangs_or_breaks_costs_a_line_and_no_patience() -> None:
    end = threading.Event()

    def hangs() -> Iterator[Finding]:
        yield ok("hangs", "It began.")
        end.wait()
        yield ok("hangs", "It went on.")

    def breaks() -> Iterator[Finding]:
        yield note("breaks", "It began.")
        raise ValueError("of no use\nin two lines")

    found = examine({"hangs": hangs, "breaks": breaks, "works": lambda: [ok("works", "Fine.")]}, limit=0.5)
    end.set()
    assert [(each.check, each.grade) for each in found] == [
        ("hangs", Grade.OK),
        ("hangs", Grade.PROBLEM),
        ("breaks", Grade.NOTE),
        ("breaks", Grade.PROBLEM),
        ("works", Grade.OK),
    ]
    assert "within 0.5 seconds" in found[1].sentence
    assert "(ValueError: of no use)" in found[3].sentence


def test_an_answer_is_that_to_this_question() -> None:
    seen = probe.Seen(
        scheme="https",
        host="chat.example.org",
        origin="",
        forwarded_for=[],
        forwarded_proto="",
        client="",
        site_url="",
        trusted_proxies=0,
        version="",
        now=0.0,
        is_root=False,
    )
    nonce, question = probe.question()
    answer = probe.answer(question, seen)
    assert probe.read(nonce, answer) == seen
    other, _ = probe.question()
    for wrong_nonce, wrong in ((other, answer), (nonce, question), (nonce, ""), (nonce, answer[:-1])):
        with pytest.raises(probe.NoAnswer):
            probe.read(wrong_nonce, wrong)


@pytest.mark.parametrize(("other", "difference"), [(100.5, 0), (99, -1), (103, 2), (100, 0), (101, 0)])
def test_a_clock_is_off_by_what_waiting_does_not_explain(other: float, difference: float) -> None:
    assert clocks.compare(100, other, 101) == difference


def test_which_clock_is_ahead() -> None:
    assert "of Redis is 5 seconds ahead of" in clocks.judge("Redis", 5).sentence
    assert "of Redis is 5 seconds behind" in clocks.judge("Redis", -5).sentence


# Tables


@pytest.mark.django_db(transaction=True)
def test_migrations_that_lack_or_that_nobody_knows() -> None:
    recorder = MigrationRecorder(connection)
    assert [each.grade for each in migrations.check()] == [Grade.OK]
    recorder.record_applied("chat", "0999_of_the_future")
    try:
        [found] = migrations.check()
        assert (found.grade, "chat.0999_of_the_future" in found.sentence) == (Grade.WARNING, True)
    finally:
        recorder.record_unapplied("chat", "0999_of_the_future")
    recorder.record_unapplied("sessions", "0001_initial")
    try:
        [found] = migrations.check()
        assert (found.grade, "sessions.0001_initial" in found.sentence) == (Grade.PROBLEM, True)
    finally:
        recorder.record_applied("sessions", "0001_initial")


def test_the_file_system_of_a_path(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    below = tmp_path / "da ta"
    below.mkdir()
    escaped = str(below).replace(" ", "\\040")
    mounts.write_text(f"/dev/sda / ext4 rw 0 0\nserver:/x {escaped} nfs4 rw 0 0\nnone {below}x tmpfs rw 0 0\n")
    assert databases.file_system(below / "chat.sqlite3", mounts) == "nfs4"
    assert databases.file_system(tmp_path, mounts) == "ext4"
    assert databases.file_system(tmp_path, tmp_path / "none") == ""


# Disk


GIB = 1024**3


@pytest.mark.parametrize(
    ("free", "total", "free_files", "grade"),
    [
        (50 * GIB, 100 * GIB, 50, Grade.OK),
        (9 * GIB, 100 * GIB, 50, Grade.WARNING),
        (GIB // 2, GIB, 50, Grade.WARNING),
        (0, GIB, 50, Grade.PROBLEM),
        (50 * GIB, 100 * GIB, 1, Grade.WARNING),
    ],
)
def test_room_on_the_disk(free: int, total: int, free_files: int, grade: Grade) -> None:
    disk_of = os.statvfs_result(
        (4096, 4096, total // 4096, free // 4096, free // 4096, 100, 50, free_files, 0, 255)
    )
    assert disk.judge_room(Path("/data"), disk_of).grade is grade


def test_a_folder_that_cannot_be_written(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path
    assert Grade.PROBLEM not in {each.grade for each in disk.check()}
    settings.MEDIA_ROOT = Path("/proc")
    assert "cannot write to /proc" in next(each for each in disk.check() if each.grade is Grade.PROBLEM).sentence


# Mail


def said(to: str = "") -> tuple[Grade, str]:
    last = list(mail.check(to))[-1]
    return last.grade, last.sentence


def test_mail(settings: Settings) -> None:
    settings.EMAIL_HOST = ""
    assert said()[0] is Grade.NOTE
    # pytest-django puts a backend of its own there.
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_USE_TLS = "127.0.0.1", False
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "chat", "secret"
    with running_mail_server("AUTH PLAIN") as server:
        settings.EMAIL_PORT = server.port
        assert [each.grade for each in mail.check()] == [Grade.WARNING, Grade.OK]
        assert server.received == []
        assert "was accepted" in said("alice@example.org")[1]
        assert "To: alice@example.org" in server.received[0]
        settings.EMAIL_USE_TLS = True
        assert "does not offer" in said()[1]
    settings.EMAIL_USE_TLS = False
    with running_mail_server("AUTH PLAIN", signs_in=False) as server:
        settings.EMAIL_PORT = server.port
        assert "refuses the name or password (535): correct EMAIL_USER" in said()[1]
    settings.EMAIL_PORT = free_port()
    assert said()[0] is Grade.PROBLEM
    assert "correct EMAIL_HOST and EMAIL_PORT" in said()[1]
    settings.EMAIL_HOST = "nowhere.invalid"
    assert "is not known: correct EMAIL_HOST" in said()[1]
    settings.DEFAULT_FROM_EMAIL = "nobody"
    assert "EMAIL_FROM is no address" in said()[1]


# Permissions


def sentences(grade: Grade) -> str:
    return " ".join(each.sentence for each in permissions.check() if each.grade is grade)


def test_settings_for_a_trial_are_a_problem_where_others_can_come(settings: Settings) -> None:
    settings.DEBUG = settings.SECRET_KEY_IS_BUILT_IN = True
    settings.SITE_IS_LOOPBACK = True
    assert "DEBUG" in sentences(Grade.NOTE)
    settings.SITE_IS_LOOPBACK = False
    found = sentences(Grade.PROBLEM)
    assert "set DEBUG=0" in found
    assert "SECRET_KEY is the built-in one" in found
    settings.DEBUG = settings.SECRET_KEY_IS_BUILT_IN = False
    assert sentences(Grade.PROBLEM) == ""


def test_secrets_that_everybody_can_read(settings: Settings) -> None:
    # Not in pytest's own folder, which nobody else can enter.
    folder = Path("/tmp") / f"chat-doctor-{os.getpid()}"
    folder.mkdir(mode=0o755)
    secret = folder / "key"
    secret.write_text("secret")
    try:
        settings.SECRET_FILES = [secret]
        for mode, of_folder, told in ((0o644, 0o755, True), (0o640, 0o755, False), (0o644, 0o700, False)):
            secret.chmod(mode)
            folder.chmod(of_folder)
            assert (str(secret) in sentences(Grade.WARNING)) == told, (stat.filemode(mode), of_folder)
    finally:
        secret.unlink()
        folder.rmdir()


# Documents


def test_the_handbook_quotes_what_is_said() -> None:
    known = {text for path in Path(databases.__file__).parent.glob("*.py") for text in _texts(path)}
    quoted = [
        quote
        for said, _ in table(read(ROOT / "docs/self-hosting.md"), "what doctor says")
        for quote in spans(said)
    ]
    assert len(quoted) > 20
    for quote in quoted:
        pattern = ".*".join(re.escape(part) for part in quote.split("…"))
        assert any(re.search(pattern, text, re.DOTALL) for text in known), quote


def _texts(path: Path) -> Iterator[str]:
    """Each string of a module, with … for what is put in."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
