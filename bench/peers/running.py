"""Finding a peer, starting it, and waiting until it listens."""

import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.services.programs import find, stop, wait_until
from tests.services.site import KEPT_VARIABLES


class NotInstalled(Exception):
    """A peer cannot take part, because this program is missing."""


def program(name: str) -> str:
    """The path of the program.

    Raises:
        NotInstalled: there is none of this name.
    """
    found = find(name)
    if found is None:
        raise NotInstalled(name)
    return found


@contextmanager
def running(command: list[str], port: int, folder: Path, **environment: str) -> Iterator[None]:
    """Run the command in the folder until the end of the block; its log is `log` there.

    Raises:
        RuntimeError: it ended, or did not listen on the port within a minute; with the end of its log.
    """
    log = folder / "log"
    # What else is set here, such as options of Node or Erlang, must not change what is measured.
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=kept | environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        wait_until(lambda: _listens(port), process, log)
        yield
    finally:
        stop(process)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
