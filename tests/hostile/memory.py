"""How much memory a server holds that nobody else does."""

import re
from pathlib import Path

from tests.services.site import Server


def private_bytes(server: Server) -> int:
    """Private memory of the process (proc(5): smaps_rollup), in bytes: what would be free again without it."""
    assert server.process
    rollup = Path(f"/proc/{server.process.pid}/smaps_rollup").read_text()
    return 1024 * sum(int(kib) for kib in re.findall(r"^Private_\w+:\s+(\d+) kB", rollup, re.MULTILINE))
