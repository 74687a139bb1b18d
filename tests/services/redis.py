"""A Redis server of the tests' own, which can be stopped, restarted and paused."""

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import redis

from tests.services.programs import Pausable, free_port, require, stop, temporary_folder, wait_until


@dataclass
class RedisServer(Pausable):
    """A server without persistence: restarted, it is empty, like one that lost its memory."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        command = [require("redis-server"), "--bind", "127.0.0.1", "--port", str(self.port)]
        command += ["--save", "", "--appendonly", "no", "--dir", str(self.folder)]
        log = self.folder / "log"
        with log.open("ab") as output:
            self.process = subprocess.Popen(command, stdout=output, stderr=output)
        wait_until(self._answers, self.process, log)

    def stop(self) -> None:
        """Cut every connection and stay away until `start`."""
        if self.process:
            stop(self.process, signal.SIGKILL)
            self.process = None

    def forget_everything(self) -> None:
        with redis.Redis(port=self.port) as client:
            client.flushall()

    def cut_every_connection(self) -> None:
        with redis.Redis(port=self.port) as client:
            client.client_kill_filter(_type="pubsub")
            client.client_kill_filter(_type="normal", skipme=True)

    def _answers(self) -> bool:
        client = redis.Redis(port=self.port, socket_connect_timeout=2)
        try:
            return bool(client.ping())
        except redis.ConnectionError:
            return False
        finally:
            client.close()


@contextmanager
def running_redis() -> Iterator[RedisServer]:
    with temporary_folder("redis") as folder:
        server = RedisServer(folder, free_port())
        server.start()
        try:
            yield server
        finally:
            server.stop()
