"""The ids by which the lines of one request, or of one socket, are found in the log.

They are in the context of whoever works for it: its tasks, and the threads that they wait for.
"""

import secrets
from contextvars import ContextVar

request_id = ContextVar("request_id", default="")
connection_id = ContextVar("connection_id", default="")


def new_id() -> str:
    return secrets.token_hex(8)
