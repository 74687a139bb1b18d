"""A Django process beside the site's own: tests look into its database and arrange things there.

It stays up, because starting Django takes a second and a test asks often. Parent and child speak in
lines of JSON over the child's standard input and output.
"""

import json
import os
import subprocess
import sys
import traceback
from collections.abc import Callable
from importlib import import_module
from operator import attrgetter
from types import TracebackType
from typing import Any, TextIO

from tests.services.programs import ROOT


class Backstage:
    def __init__(self, environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.services.backstage"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def call(self, function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """Run `function`, which stands at the top of a module, and return its result.

        Arguments and result must fit into JSON. What the function raises is raised here as a
        `RuntimeError` with the traceback.
        """
        assert self._process.stdin
        assert self._process.stdout
        call = [function.__module__, function.__qualname__, arguments, named]
        self._process.stdin.write(json.dumps(call) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the backstage process ended with {self._process.wait()}")
        answer = json.loads(line)
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer["result"]

    def __enter__(self) -> "Backstage":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self._process.communicate()


def answer_calls(calls: TextIO, answers: TextIO) -> None:
    from django.db import close_old_connections

    for line in calls:
        # The database may have been restarted since the last call.
        close_old_connections()
        answers.write(json.dumps(answer(*json.loads(line))) + "\n")
        answers.flush()


def answer(module: str, name: str, arguments: list[Any], named: dict[str, Any]) -> dict[str, Any]:
    try:
        return {"result": attrgetter(name)(import_module(module))(*arguments, **named)}
    except Exception:
        return {"error": traceback.format_exc()}


if __name__ == "__main__":
    # Whatever a function prints must not get between the answers.
    answers, sys.stdout = sys.stdout, sys.stderr
    os.environ["DJANGO_SETTINGS_MODULE"] = "chatsite.settings"
    import django

    django.setup()
    answer_calls(sys.stdin, answers)
