"""The load generator (`bench/load/`, C): compiled when needed, and run as a program of its own.

Linux only. Options are those of its command line, as keywords: `run("talk", cores="1",
port=8001, people=path, texts=path, connections=500, senders=50, rate=200, seconds=10)`.
"""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.services.programs import ROOT

SOURCES = ROOT / "bench" / "load"
FOLDER = ROOT / "var" / "bench"


def build() -> Path:
    """The generator's program, compiled if a source is newer.

    Raises:
        subprocess.CalledProcessError: the compiler failed; it has said why on stderr.
    """
    program = FOLDER / "load"
    newest = max(source.stat().st_mtime for source in SOURCES.iterdir())
    if not program.exists() or program.stat().st_mtime < newest:
        FOLDER.mkdir(parents=True, exist_ok=True)
        # Under a name of its own first: two runs at once must not start a half-written program.
        fresh = FOLDER / f"load-{os.getpid()}"
        subprocess.run([SOURCES / "build", fresh], check=True)
        fresh.replace(program)
    return program


def run(mode: str, *, cores: str, **options: object) -> dict[str, Any]:
    """What the generator reports of a mode that ends by itself: `talk`, `storm` or `pages`.

    Args:
        cores: the processors it may use, as `taskset` writes them.
        options: of the command line, without their dashes.

    Returns:
        The report. Of `talk`: `sent` is less than offered when all senders wait for their acknowledgements;
        `late` was not offered, because the generator itself was held up; `acknowledged` is None where the
        protocol knows none; `expected` are the deliveries that `sent` makes; `errors` are the first few texts of
        what went wrong. After a warm-up that did not drain within 3 s, what it left behind is counted with the
        rest.

    Raises:
        RuntimeError: it gave up; with its reason.
    """
    done = subprocess.run(_command(mode, cores, options), capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"load {mode} ended with {done.returncode}: {done.stderr}")
    report: dict[str, Any] = json.loads(done.stdout)
    return report


@contextmanager
def holding(*, cores: str, **options: object) -> Iterator[dict[str, Any]]:
    """Connections that stay open and say nothing; yields what `hold` reports once all are there.

    Raises:
        RuntimeError: not all could connect.
    """
    with subprocess.Popen(
        _command("hold", cores, options), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        line = process.stdout.readline()
        if not line:
            raise RuntimeError(f"load hold ended with {process.wait()}")
        try:
            report = json.loads(line)
            if report["connections"] != options["connections"]:
                raise RuntimeError(f"not all could connect: {report}")
            yield report
        finally:
            process.stdin.close()


def _command(mode: str, cores: str, options: dict[str, object]) -> list[str]:
    words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    return ["taskset", "-c", cores, str(build()), mode, *words]
