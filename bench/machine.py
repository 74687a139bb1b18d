"""The machine under the benchmark: which core runs what, what a process took of it, and what it is."""

import os
import platform
import re
import resource
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path

from bench.peers import versions
from tests.services.postgres import BINARIES
from tests.services.programs import ROOT, find

# One core is the unit in which everything is measured: it runs the server processes and, because they are part
# of what a site costs, PostgreSQL and Redis. The load has the other.
SERVER_CORE = 0
LOAD_CORE = 1
LIBRARIES = ("Django", "channels", "daphne", "uvicorn", "websockets", "channels-redis")
MEASURED = ("chat", "chatsite", "bench")
_TICKS = os.sysconf("SC_CLK_TCK")


def take_cores() -> None:
    """Leave the server's core to the servers; a sentence ends the program where there are no two cores."""
    if not hasattr(os, "sched_setaffinity") or not {SERVER_CORE, LOAD_CORE} <= os.sched_getaffinity(0):
        raise SystemExit("The benchmark needs Linux and two cores: one for the server, one for the load.")
    os.sched_setaffinity(0, {LOAD_CORE})


def raise_file_limit() -> None:
    """Thousands of sockets in one process; children inherit the limit."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


@contextmanager
def on_core(core: int) -> Iterator[None]:
    """Processes started within stay on this core for their lifetime, with all their children."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def cpu_seconds(*pids: int) -> float:
    """User and system time of these processes with all their threads and children, those that ended included.

    proc(5): stat, fields 14 to 17. PostgreSQL has a child for each of its clients.
    """
    return sum(_ticks(pid) for pid in pids) / _TICKS


def _ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    total = sum(int(field) for field in fields[11:15])
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in children.read_text().split():
            # One that has just ended is the parent's from now on.
            with suppress(FileNotFoundError, ProcessLookupError):
                total += _ticks(int(child))
    return total


def memory_kib(*pids: int) -> int:
    """Resident memory (proc(5): status, VmRSS) in KiB."""
    return sum(
        int(re.findall(r"^VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)[0])
        for pid in pids
    )


def core_seconds(core: int = SERVER_CORE) -> float:
    """How long the core has not been idle since the machine started (proc(5): stat; iowait counts as idle)."""
    [line] = re.findall(rf"^cpu{core} (.*)$", Path("/proc/stat").read_text(), re.MULTILINE)
    user, nice, system, _idle, _iowait, irq, softirq, steal = (int(field) for field in line.split()[:8])
    return (user + nice + system + irq + softirq + steal) / _TICKS


def settle(most: float = 5.0) -> None:
    """Wait until the server's core has nothing left to do, at most `most` seconds.

    What an overload leaves behind would be counted against the next measurement. Under a tenth of the core is
    quiet enough: heartbeats go on.
    """
    deadline = time.monotonic() + most
    while time.monotonic() < deadline:
        before = core_seconds()
        time.sleep(0.3)
        if core_seconds() - before < 0.03:
            return


def describe() -> dict[str, str]:
    """What the figures depend on, for the head of the results."""
    processor = re.findall(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    libraries = {name: version(name) for name in LIBRARIES}
    programs = {
        "PostgreSQL": _first_line(find("postgres", folders=BINARIES)),
        "Redis": _first_line(find("redis-server")),
        "Node": _first_line(find("node")),
    }
    return {
        "processor": processor[0] if processor else platform.machine(),
        "cores": str(os.cpu_count()),
        "kernel": platform.release(),
        "Python": platform.python_version(),
        **libraries,
        **programs,
        **versions(),
    }


def commit() -> str:
    """The commit that is measured, with a `+` when the folder holds changes besides."""
    if not (git := shutil.which("git")):
        return "unknown"
    head = _output([git, "-C", str(ROOT), "rev-parse", "--short=12", "HEAD"])
    changed = _output([git, "-C", str(ROOT), "status", "--porcelain", "--untracked-files=no", *MEASURED])
    return head + ("+" if changed else "")


def _first_line(program: str | None) -> str:
    if program is None:
        return "not installed"
    found = re.search(r"\d+(\.\d+)+", _output([program, "--version"]))
    return found.group() if found else "unknown"


def _output(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
