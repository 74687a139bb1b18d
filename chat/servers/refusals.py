"""What the servers answer by themselves, to requests that no application sees, and when they lose patience."""

import json
from http import HTTPStatus

from django.conf import settings

from chat.views.headers import CSP, NOTHING

MOST_HEADER = 16 * 1024  # bytes of a request line and its headers; Twisted's limit
# A form around the largest file; everything else that is sent is far smaller.
MOST_BODY: int = settings.MAX_UPLOAD_BYTES + 64 * 1024
# Of one message, for the libraries count bytes alone, and empty ones have none.
MOST_FRAGMENTS = 1024
# Answers to pings that may wait for one who reads slowly: by number, for even an empty one costs an object.
MOST_PONGS = 100
# Seconds for a whole header, however slowly it drips, and between two pieces of a body.
HEADER_TIMEOUT = 20.0
BODY_TIMEOUT = 60.0
# Seconds without a client taking any of a page or file that waits for it.
UNREAD_TIMEOUT = 60.0
# Seconds in which what is still on its way is thrown away: a connection closed at once takes its answer with it.
LINGER = 5.0

HEADERS = (
    (CSP, NOTHING),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("X-Frame-Options", "DENY"),
)


def refusal(status: int, *more: tuple[str, str]) -> bytes:
    """A whole HTTP/1.1 answer after which the connection closes; the body is an error as the API tells it."""
    body = refusal_body(status)
    headers = [
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(body))),
        ("Connection", "close"),
        *HEADERS,
        *more,
    ]
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", *(f"{name}: {value}" for name, value in headers)]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def refusal_body(status: int) -> bytes:
    code = {403: "forbidden", 413: "too_large", 500: "unavailable", 503: "unavailable"}.get(status, "invalid")
    error = {"code": code, "message": f"{HTTPStatus(status).phrase}."}
    return json.dumps({"error": error}).encode()
