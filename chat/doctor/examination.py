"""Runs all checks at once, each with a limit in time, so that whatever hangs costs one line and no patience."""

import threading
import time
from collections.abc import Callable, Iterable

from .findings import Finding, problem, reason

# A check yields its findings as it goes: what it found before it hung is told as well.
Check = Callable[[], Iterable[Finding]]

LIMIT = 10.0  # seconds for all of them together


def examine(checks: dict[str, Check], limit: float = LIMIT) -> list[Finding]:
    """The findings in the order of `checks`. Raises nothing: a check that breaks is a finding."""
    deadline = time.monotonic() + limit
    runs = [_Run(name, check) for name, check in checks.items()]
    for run in runs:
        run.thread.start()
    for run in runs:
        run.thread.join(max(0.0, deadline - time.monotonic()))
    return [finding for run in runs for finding in run.result(limit)]


class _Run:
    def __init__(self, name: str, check: Check) -> None:
        self.name = name
        self.check = check
        self.findings: list[Finding] = []
        # Not waited for at the exit: it may hang in a system call that knows no limit, as asking for a name does.
        self.thread = threading.Thread(target=self._run, name=f"doctor-{name}", daemon=True)

    def result(self, limit: float) -> list[Finding]:
        # A copy: a check that comes late adds nothing more.
        findings = list(self.findings)
        if self.thread.is_alive():
            findings.append(
                problem(
                    self.name,
                    f"This was not answered within {limit:g} seconds: what it asks hangs, or a firewall "
                    "swallows what is sent.",
                )
            )
        return findings

    def _run(self) -> None:
        try:
            for finding in self.check():
                self.findings.append(finding)
        except Exception as error:
            self.findings.append(
                problem(
                    self.name,
                    f"This check broke ({type(error).__name__}: {reason(error)}), which is a fault of the "
                    "doctor's own: report it, and look at this part by hand.",
                )
            )
