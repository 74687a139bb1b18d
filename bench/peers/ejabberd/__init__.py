"""ejabberd with its message archive: people in a room of a conference, over WebSocket. Debian packages it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.peers.running import NotInstalled, program, running
from tests.services.programs import free_port, temporary_folder

SOURCES = Path(__file__).parent


@contextmanager
def running_ejabberd(prefix: list[str]) -> Iterator[int]:
    """See `bench.peers`. A node without a name: it needs no port mapper that would stay behind."""
    libraries = _library().parent
    port = free_port()
    with temporary_folder("ejabberd") as folder:
        configuration = folder / "ejabberd.yml"
        configuration.write_text((SOURCES / configuration.name).read_text().replace("PORT", str(port)))
        command = [*prefix, program("erl"), "-noinput", "+K", "true", "+P", "250000"]
        command += ["-mnesia", "dir", f'"{folder}/database"', "-s", "ejabberd"]
        environment = {
            "EJABBERD_CONFIG_PATH": str(configuration),
            "EJABBERD_LOG_PATH": str(folder / "ejabberd.log"),
            "ERL_LIBS": str(libraries),
        }
        with running(command, port, folder, **environment):
            yield port


def version() -> str:
    """As its library is named; asking the program itself would start a node.

    Raises:
        NotInstalled: there is none.
    """
    return _library().name.partition("-")[2]


def _library() -> Path:
    found = next(Path("/usr/lib").glob("*/ejabberd-*"), None)
    if found is None:
        raise NotInstalled("ejabberd")
    return found
