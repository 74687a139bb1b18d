"""The stack of docker-compose.yml as an operator runs it: from a copy of the checkout, under its own name."""

import json
import os
import shutil
import signal
import ssl
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import uuid4

from tests.services.programs import ROOT, cannot_run, free_port, temporary_folder
from tests.services.site import Site

PATIENCE = 400  # seconds: an image is built, packages are fetched
METRICS = """
from urllib.request import Request, urlopen
token = open('/run/secrets/metrics_token').read()
request = Request('http://127.0.0.1:8000/metrics', headers={'Authorization': f'Bearer {token}'})
print(urlopen(request, timeout=5).read().decode())
"""


@dataclass
class ComposeSite(Site):
    """The site in the stack, seen from outside: `call` works on its database, people come through the proxy."""

    address: str = ""

    @property
    def url(self) -> str:
        return self.address


@dataclass
class Stack:
    """`folder` is the operator's checkout."""

    folder: Path
    project: str = field(default_factory=lambda: f"chatsite-test-{uuid4().hex[:8]}")
    http_port: int = field(default_factory=free_port)
    https_port: int = field(default_factory=free_port)
    postgres_port: int = field(default_factory=free_port)
    inner_port: int = field(default_factory=free_port)

    @property
    def url(self) -> str:
        return f"https://localhost:{self.https_port}"

    @property
    def websocket_url(self) -> str:
        return f"wss://localhost:{self.https_port}/ws/"

    def prepare(self, **settings: str) -> None:
        """What an operator does before the first start: .env and the secrets."""
        environment = {
            "SITE_URL": self.url,
            "BIND_ADDRESS": "127.0.0.1",
            "HTTP_PORT": str(self.http_port),
            "HTTPS_PORT": str(self.https_port),
            "CHATSITE_IMAGE_TAG": self.project,
            "RATE_LIMITS": "off",
            "COMPOSE_PROJECT_NAME": self.project,
            "COMPOSE_FILE": "docker-compose.yml:tests/compose/override.yml",
            "TEST_POSTGRES_PORT": str(self.postgres_port),
            "TEST_INNER_PORT": str(self.inner_port),
            **settings,
        }
        example = (self.folder / ".env.example").read_text()
        lines = [f"{name}={value}" for name, value in environment.items()]
        (self.folder / ".env").write_text("\n".join([example, *lines, ""]))
        self.run("bin/init-secrets")

    def up(self, *services: str) -> None:
        self.compose("up", "--build", "--detach", "--wait", "--quiet-pull", *services)

    def destroy(self) -> None:
        """The machine is lost: containers, networks and every volume."""
        # Those of profiles are no orphans: without naming all they would run on, with their networks and volumes.
        self.compose("--profile", "*", "down", "--volumes", "--remove-orphans", "--timeout", "5", check=False)
        label = f"label=com.docker.compose.project={self.project}"
        assert not self.run("docker", "ps", "--all", "--quiet", "--filter", label).stdout, "something runs on"

    def compose(self, *arguments: str, check: bool = True, **options: Any) -> subprocess.CompletedProcess[str]:
        return self.run("docker", "compose", *arguments, check=check, **options)

    def run(self, *command: str, check: bool = True, **options: Any) -> subprocess.CompletedProcess[str]:
        """A command of the operator's; what it said is shown if it fails and `check`."""
        options = {"capture_output": True, "text": True, "timeout": PATIENCE} | options
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "DOCKER_HOST") if name in os.environ}
        done = subprocess.run(command, cwd=self.folder, env=kept, check=False, **options)
        if check and done.returncode:
            logs = "" if "compose" not in command else self.logs()
            raise RuntimeError(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}\n{logs}")
        return done

    def logs(self, *services: str) -> str:
        return self.compose("logs", "--no-color", "--tail", "60", *services, check=False).stdout

    def kill(self, service: str) -> None:
        """The process dies without a word, and Docker's restart policy is left to see to it."""
        container = self.compose("ps", "--quiet", service).stdout.strip()
        form = "{{.State.Pid}}"
        pid = self.run("docker", "inspect", "--format", form, container).stdout.strip()
        # Below the init process stands the server.
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split() or [pid]:
            os.kill(int(child), signal.SIGKILL)

    def metric(self, service: str, name: str) -> float:
        text = self.compose("exec", "--no-TTY", service, "python", "-c", METRICS).stdout
        found = [line.split()[-1] for line in text.splitlines() if line.startswith(f"{name} ")]
        assert found, f"{service} has no {name}:\n{text}"
        return float(found[0])

    def trust(self) -> Path:
        """The certificate of the proxy's own authority, in a file."""
        path = self.folder / "authority.crt"
        root = "/data/caddy/pki/authorities/local/root.crt"
        path.write_text(self.compose("exec", "--no-TTY", "proxy", "cat", root).stdout)
        return path

    def get(self, path: str, timeout: float = 30) -> "Answer":
        """Ask through the proxy, with its certificate checked."""
        context = ssl.create_default_context(cafile=str(self.trust()))
        try:
            with urllib.request.urlopen(self.url + path, timeout=timeout, context=context) as answer:
                return Answer(answer.status, dict(answer.headers), answer.read())
        except urllib.error.HTTPError as error:
            return Answer(error.code, dict(error.headers), error.read())

    @cached_property
    def site(self) -> ComposeSite:
        password, key = (
            (self.folder / "secrets" / name).read_text() for name in ("postgres_password", "secret_key")
        )
        database = f"postgres://chat:{password}@127.0.0.1:{self.postgres_port}/chat"
        return ComposeSite(self.folder / "var", database, settings={"SECRET_KEY": key}, address=self.url)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@contextmanager
def new_stack() -> Iterator[Stack]:
    """A checkout's copy with nothing running; whatever it started is gone afterwards, its image too."""
    asked = shutil.which("docker") and subprocess.run(["docker", "info"], capture_output=True, check=False)
    if not asked or asked.returncode:
        cannot_run("no Docker engine answers (`docker info`)")
    with temporary_folder("stack") as folder:
        files = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True)
        for name in files.stdout.split("\0"):
            if name and (ROOT / name).is_file():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, folder / name)
        stack = Stack(folder)
        try:
            yield stack
        finally:
            stack.destroy()
            stack.run("docker", "image", "rm", "--force", f"chatsite:{stack.project}", check=False)
