"""Finding and running the programs that the tests start."""

import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import NoReturn

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


class Pausable:
    """What runs as a process that can hang."""

    process: subprocess.Popen[bytes] | None

    def pause(self) -> None:
        """Keep connections open and answer nothing, like a machine that hangs."""
        if self.process:
            self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        if self.process:
            self.process.send_signal(signal.SIGCONT)


def require(*names: str, folders: tuple[str, ...] = ()) -> str:
    """The first program of these names on the path or in the folders (globs); absent, the test cannot run.

    Where `CI` is set a missing program fails the test, elsewhere it is skipped with the reason shown.
    """
    found = find(*names, folders=folders)
    if found is None:
        cannot_run(f"{names[0]} is not installed; bin/install-test-services installs it")
    return found


def find(*names: str, folders: tuple[str, ...] = ()) -> str | None:
    """Newest version first in the folders; they win, because a path entry may be a wrapper around them."""
    for name in names:
        for pattern in folders:
            versions = sorted(Path("/").glob(f"{pattern.lstrip('/')}/{name}"), reverse=True)
            if versions:
                return str(versions[0])
    return next((path for name in names if (path := shutil.which(name))), None)


def cannot_run(reason: str) -> NoReturn:
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def free_port() -> int:
    """A port nobody listens on, outside the range from which the kernel takes ports for outgoing connections.

    Within that range one of the hundreds of test sockets may take the port before the server does.
    """
    while True:
        port = random.randrange(10_000, 30_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


@contextmanager
def temporary_folder(prefix: str, owner: str | None = None) -> Iterator[Path]:
    """A short-named folder, so that Unix socket paths fit; `owner` gets it when the tests run as root."""
    folder = Path(mkdtemp(prefix=f"chat-{prefix}-", dir="/tmp"))
    try:
        if owner:
            shutil.chown(folder, owner)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def unprivileged_user() -> str | None:
    """Whom to run servers as that refuse to run as root; None when the tests are not root anyway."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def wait_until(
    ready: Callable[[], bool], process: subprocess.Popen[bytes], log: Path, seconds: float = 60
) -> None:
    """Poll until `ready`.

    Raises:
        RuntimeError: the process ended, or was not ready in time; with the end of its log.
    """
    deadline = time.monotonic() + seconds
    while not ready():
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with {process.returncode}:\n{tail(log)}")
        if time.monotonic() > deadline:
            raise RuntimeError(f"{process.args!r} was not ready within {seconds} s:\n{tail(log)}")
        time.sleep(0.02)


def stop(process: subprocess.Popen[bytes], how: signal.Signals = signal.SIGTERM, seconds: float = 30) -> int:
    """End the process and return its exit status; one that ignores the signal is killed, and that raises."""
    if process.poll() is None:
        process.send_signal(signal.SIGCONT)
        process.send_signal(how)
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise


def tail(log: Path, characters: int = 4000) -> str:
    return log.read_text(errors="replace")[-characters:] if log.exists() else "(no log)"
