"""WebSockets: whether the way to the site lets them through."""

import http.client
from collections.abc import Iterator

from django.conf import settings

from .asking import Way
from .findings import Finding, ok, problem, reason

SOCKETS = "sockets"
HANDSHAKE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "Y2hhdHNpdGVzIGRvY3Rvcg==",
}


def check(way: Way) -> Iterator[Finding]:
    """Knock without a session: the site says 403 to that, and to nothing that has lost its headers on the way."""
    try:
        answer = way.ask("/ws/", {**HANDSHAKE, "Origin": settings.SITE_URL})
    except (OSError, http.client.HTTPException) as error:
        yield problem(
            SOCKETS,
            f"A WebSocket gets no answer ({reason(error)}): let the proxy pass WebSockets on at /ws/; until then "
            "people have to poll.",
        )
        return
    if answer.status == 403 and "Content-Security-Policy" in answer.headers:
        yield ok(SOCKETS, "WebSockets come through.")
    elif answer.status == 403:
        yield problem(
            SOCKETS,
            "Something before the site refuses WebSockets (403): allow them at /ws/; until then people have to "
            "poll.",
        )
    elif answer.status in (502, 503, 504):
        yield problem(
            SOCKETS,
            f"The proxy passes WebSockets on to somewhere else ({answer.status}): let it send /ws/ to the same "
            "processes as the rest.",
        )
    else:
        yield problem(
            SOCKETS,
            f"The proxy passes WebSockets on without what makes them such ({answer.status}): let it send Upgrade "
            "and Connection along by HTTP/1.1 (nginx: proxy_http_version 1.1; proxy_set_header Upgrade "
            '$http_upgrade; proxy_set_header Connection "upgrade").',
        )
