"""Socket.IO on Node: a broadcast in a room, nothing stored, checked or rendered."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.generator import FOLDER
from bench.peers.running import program, running
from tests.services.programs import free_port, temporary_folder

SOURCES = Path(__file__).parent


@contextmanager
def running_socketio(prefix: list[str]) -> Iterator[int]:
    """See `bench.peers`; installs the packages of the lock file below `var/bench/` when they changed."""
    node, installed, port = program("node"), _install(), free_port()
    with temporary_folder("socketio") as folder:
        command = [*prefix, node, str(installed / "server.mjs"), str(port)]
        with running(command, port, folder, NODE_ENV="production"):
            yield port


def version() -> str:
    """What is installed when it is run."""
    content = json.loads((SOURCES / "package.json").read_text())
    return str(content["dependencies"]["socket.io"])


def _install() -> Path:
    """A folder with the server and its packages side by side, as Node looks for them."""
    target = FOLDER / "socketio"
    target.mkdir(parents=True, exist_ok=True)
    lock = target / "package-lock.json"
    shutil.copy(SOURCES / "server.mjs", target)
    if not lock.exists() or lock.read_bytes() != (SOURCES / lock.name).read_bytes():
        shutil.copy(SOURCES / "package.json", target)
        shutil.copy(SOURCES / lock.name, target)
        try:
            subprocess.run([program("npm"), "ci", "--no-audit", "--no-fund", "--silent"], cwd=target, check=True)
        except subprocess.CalledProcessError:
            # The lock file says that its packages are there.
            lock.unlink()
            raise
    return target
