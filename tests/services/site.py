"""A chat site: a migrated database and a data folder, the processes that serve it, and a way behind the stage."""

import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import URLError

from tests.services.backstage import Backstage
from tests.services.programs import ROOT, Pausable, free_port, stop, tail, temporary_folder, wait_until

KEPT_VARIABLES = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR")
MANAGE = (str(ROOT / "manage.py"),)
TROUBLE = ("Traceback", "was never awaited", "Unhandled Error")


@dataclass
class Site:
    """One site, with every process and command of it in the same environment.

    `settings` are environment variables on top of the defaults below.
    """

    folder: Path
    database_url: str
    redis_url: str = ""
    settings: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    servers: list["Server"] = field(default_factory=list)
    _stack: ExitStack = field(default_factory=ExitStack)
    _backstage: Backstage | None = None

    @property
    def url(self) -> str:
        """Where browsers believe the site is: the only allowed `Origin`, whichever process they reach."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
        return kept | {
            "SITE_URL": self.url,
            "SECRET_KEY": "a-key-for-tests-that-is-long-enough-for-every-check-of-django",
            "DEBUG": "0",
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "DATA_DIR": str(self.folder),
            "RATE_LIMITS": "off",
            **self.settings,
        }

    def manage(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run `manage.py`; with `check` a failure raises and shows what the command said."""
        command = [sys.executable, *MANAGE, *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False, timeout=300
        )
        if check and done.returncode:
            raise RuntimeError(f"manage.py {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
        return done

    def call(self, function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """Run a module-level function of the tests with Django on this site's database; see `Backstage.call`."""
        if self._backstage is None:
            self._backstage = self._stack.enter_context(Backstage(self.environment))
        return self._backstage.call(function, *arguments, **named)

    @contextmanager
    def serve(
        self,
        kind: str = "daphne",
        *,
        trouble_expected: bool = False,
        program: tuple[str, ...] = MANAGE,
        **settings: str,
    ) -> Iterator["Server"]:
        """A process that serves the site, on the site's own port if that is free, else on one of its own.

        Stopped with SIGTERM in the end; then its log must be free of tracebacks unless `trouble_expected`.
        """
        port = free_port() if any(server.running for server in self.servers) else self.port
        server = Server(self, kind, port, settings, self.folder / f"server-{port}-{len(self.servers)}.log")
        server.program = program
        self.servers.append(server)
        server.start()
        try:
            yield server
        finally:
            server.stop()
        if not trouble_expected:
            server.assert_quiet()

    def close(self) -> None:
        self._stack.close()
        self._backstage = None


# Settings of the site go in as keywords; see the fixtures of this type.
NewSite = Callable[..., AbstractContextManager[Site]]


@dataclass
class Server(Pausable):
    """One `manage.py serve` process; `program` is what Python runs in place of this tree's `manage.py`."""

    site: Site
    kind: str
    port: int
    settings: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    program: tuple[str, ...] = MANAGE
    _read: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def websocket_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/ws/"

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        """Start, or start again, on the same port; returns when `/healthz` answers."""
        command = [sys.executable, *self.program, "serve", "--host", "127.0.0.1", "--port", str(self.port)]
        environment = self.site.environment | {"CHAT_SERVER": self.kind, **self.settings}
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output
            )
        wait_until(self._answers, self.process, self.log)

    def stop(self) -> None:
        """Shut down in order (SIGTERM); the exit must be clean."""
        if self.process:
            status = stop(self.process)
            self.process = None
            # uvicorn ends by the signal itself, as a shell expects of a program that was signalled.
            assert status in (0, -signal.SIGTERM, -signal.SIGKILL), f"exit status {status}:\n{tail(self.log)}"

    def kill(self) -> None:
        """Die without a word, as in a power cut."""
        if self.process:
            stop(self.process, signal.SIGKILL)
            self.process = None

    def new_log(self) -> str:
        """What was logged since the last call."""
        with self.log.open(errors="replace") as lines:
            lines.seek(self._read)
            text = lines.read()
            self._read = lines.tell()
        return text

    def assert_quiet(self) -> None:
        """Nothing that went wrong was logged since the last look."""
        text = self.new_log()
        assert not any(sign in text for sign in TROUBLE), f"{self.kind} logged trouble:\n{text[-8000:]}"

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (URLError, ConnectionError, TimeoutError):
            return False


@contextmanager
def running_site(database_url: str, redis_url: str = "", **settings: str) -> Iterator[Site]:
    """A site on a migrated database; `{folder}` in the URL stands for its data folder."""
    with temporary_folder("site") as folder:
        site = Site(folder, database_url.format(folder=folder), redis_url, settings)
        try:
            yield site
        finally:
            site.close()
