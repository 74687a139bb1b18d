"""How long a process that was told to end waits, and for whom.

The order is the same on both servers: no new connections, and `/readyz` says so on those that are open; what was
taken is stored; sockets, streams and polls are told; requests that are under way are answered; then all is closed.
"""

import asyncio
import logging
import os
import threading
from collections.abc import Callable

logger = logging.getLogger(__name__)

# Seconds in which a proxy that keeps connections open learns from /readyz to send nothing more; that of
# deploy/Caddyfile asks every two.
NOTICE = 3.0
# Seconds for requests under way, uploads among them.
PATIENCE = 10.0
# Seconds for everything, the writer's among them. Supervisors wait for 40 (docker-compose.yml, deploy/systemd).
DEADLINE = 30.0
LOOK_EVERY = 0.05


def end_in_time() -> None:
    """End the process at the deadline, whatever hangs: a thread that waits for a database cannot be stopped."""
    timer = threading.Timer(DEADLINE, _end)
    timer.daemon = True
    timer.start()


def _end() -> None:
    logger.error("Something did not end within %d seconds of the stop; the process ends without it.", DEADLINE)
    logging.shutdown()
    os._exit(1)


async def requests_answered(busy: Callable[[], bool], kept: Callable[[], bool]) -> None:
    """Wait while requests are under way, and a little while connections are kept open without one."""
    clock = asyncio.get_running_loop().time
    start = clock()
    while (passed := clock() - start) < PATIENCE:
        if not busy() and (passed >= NOTICE or not kept()):
            return
        await asyncio.sleep(LOOK_EVERY)
    logger.warning("Some requests were not answered within %d seconds of the stop.", PATIENCE)
