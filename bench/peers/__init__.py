"""What this site is compared with. Each peer is a context manager that yields the port it listens on.

Their argument is the words before the command, such as `["taskset", "-c", "0"]`. `NotInstalled` tells which
program is missing.
"""

from bench.peers import ejabberd, socketio
from bench.peers.ejabberd import running_ejabberd
from bench.peers.running import NotInstalled
from bench.peers.socketio import running_socketio
from bench.peers.tutorial import running_tutorial

__all__ = ["NotInstalled", "running_ejabberd", "running_socketio", "running_tutorial", "versions"]


def versions() -> dict[str, str]:
    """Of the peers that are programs of their own; the tutorial is of the libraries that the site uses."""
    try:
        archive = ejabberd.version()
    except NotInstalled:
        archive = "not installed"
    return {"Socket.IO": socketio.version(), "ejabberd": archive}
