"""The consumer of the Channels tutorial on Daphne: a broadcast in a group, nothing stored, checked or rendered."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.peers.running import running
from tests.services.programs import free_port, temporary_folder

SOURCES = Path(__file__).parent


@contextmanager
def running_tutorial(prefix: list[str]) -> Iterator[int]:
    """See `bench.peers`."""
    port = free_port()
    command = [*prefix, sys.executable, "-m", "daphne", "--bind", "127.0.0.1", "--port", str(port)]
    command += ["--verbosity", "0", "asgi:application"]
    with temporary_folder("tutorial") as folder, running(command, port, folder, PYTHONPATH=str(SOURCES)):
        yield port
