"""Requests for pages that no browser would send, each with the status both servers answer, or one for each."""

from collections.abc import Iterator

from tests.hostile.handshakes import Status
from tests.hostile.raw import Header, cookies_of, request
from tests.people import Person
from tests.services.site import Server

LINES: dict[str, Status] = {
    "GET / HTTP/1.1": 200,
    "GET /?a=%00%ff HTTP/1.1": 200,
    "GET /%ff HTTP/1.1": 404,
    "GET /%00 HTTP/1.1": 404,
    "GET /../../etc/passwd HTTP/1.1": 404,
    "GET /static/../../manage.py HTTP/1.1": 404,
    "GET /static/%2e%2e/%2e%2e/manage.py HTTP/1.1": 404,
    "GET /rooms/0/ HTTP/1.1": 404,
    "GET /rooms/-1/ HTTP/1.1": 404,
    "GET /rooms/9007199254740992/ HTTP/1.1": 404,
    "GET /rooms/9223372036854775808/ HTTP/1.1": 404,
    f"GET /rooms/{'9' * 4_000}/ HTTP/1.1": 404,
    "GET /rooms/1e3/ HTTP/1.1": 404,
    "GET /rooms/true/ HTTP/1.1": 404,
    "GET /rooms/٣/ HTTP/1.1".encode().decode("latin-1"): 400,
    "GET /rooms/%D9%A3/ HTTP/1.1": 404,
    "OPTIONS * HTTP/1.1": 404,
    "TRACE / HTTP/1.1": 405,
    "GET /\xff HTTP/1.1": 400,
    "GET /?\xff HTTP/1.1": 400,
    "G\xffT / HTTP/1.1": 400,
    "GET / HTTP/3.7": 400,
    "\x16\x03\x01\x02": 400,
    f"GET /?{'x' * 65_536} HTTP/1.1": 400,
    # Of the API: ids, ticks, cursors.
    "GET /api/rooms/0/messages HTTP/1.1": 404,
    "GET /api/rooms/-1/messages HTTP/1.1": 404,
    "GET /api/rooms/9007199254740992/messages HTTP/1.1": 404,
    "GET /api/rooms/9223372036854775808/messages HTTP/1.1": 404,
    "GET /api/rooms/true/messages HTTP/1.1": 404,
    "GET /api/rooms/1.5/messages HTTP/1.1": 404,
    "GET /api/rooms/ROOM/messages?before=-1 HTTP/1.1": 400,
    "GET /api/rooms/ROOM/messages?before=9007199254740992 HTTP/1.1": 400,
    "GET /api/rooms/ROOM/messages?before=9223372036854775808 HTTP/1.1": 400,
    "GET /api/rooms/ROOM/messages?after=1.5 HTTP/1.1": 400,
    "GET /api/rooms/ROOM/messages?after=true HTTP/1.1": 400,
    "GET /api/rooms/ROOM/messages?around=x HTTP/1.1": 400,
    "GET /api/rooms/ROOM/messages?limit=201 HTTP/1.1": 400,
    "GET /api/rooms/ROOM/messages?before=1&after=1 HTTP/1.1": 400,
    "GET /api/rooms/ROOM/members?after=-1 HTTP/1.1": 400,
    "GET /api/users?q=%00 HTTP/1.1": 400,
    "GET /api/sync?cursors=%7B HTTP/1.1": 400,
    "GET /api/sync?cursors=[] HTTP/1.1": 400,
    'GET /api/sync?cursors={"0":0} HTTP/1.1': 200,
    'GET /api/sync?cursors={"-1":0} HTTP/1.1': 400,
    'GET /api/sync?cursors={"1":9007199254740992} HTTP/1.1': 400,
    'GET /api/sync?cursors={"1":true} HTTP/1.1': 400,
    'GET /api/sync?cursors={"x":1} HTTP/1.1': 400,
    "GET /api/sync?cursors={}&wait=-1 HTTP/1.1": 400,
    "GET /api/sync?cursors={}&wait=1e9 HTTP/1.1": 400,
    "GET /api/stream?cursors=1 HTTP/1.1": 400,
}


def headers(server: Server, person: Person) -> Iterator[tuple[str, list[Header], Status]]:
    """A method and headers: added to good ones for `/` (GET) and `/api/rooms` (POST)."""
    host: Header = ("Host", f"127.0.0.1:{server.port}")
    cookie: Header = ("Cookie", cookies_of(person))
    for bad in ("evil.example", "a b", "", b"\xff", "127.0.0.1:x", f"127.0.0.1:{server.port}.evil.example"):
        yield "GET", [("Host", bad), cookie], 400
        yield "POST", [("Host", bad), cookie], 400
    harmless: tuple[Header, ...] = (
        ("X-Forwarded-Host", "evil.example"),
        ("X-Forwarded-For", "1.2.3.4, " * 500),
        ("X-Forwarded-Proto", "https"),
        ("X-Forwarded-Port", "1"),
        ("Daphne-Root-Path", "/evil"),
        ("Daphne-Root-Path", b"\xff"),
        ("Script-Name", "/evil"),
        ("Upgrade", "h2c"),
        ("Accept-Language", "x" * 8_000),
        ("Accept-Language", "en-" * 2_000),
        ("Accept-Encoding", "gzip;q=x, *;q=\xff"),
        ("Cookie", "django_language=\xff; timezone=../../etc/passwd"),
        ("Range", "bytes=0-," * 500),
        ("If-Modified-Since", "\xff"),
        ("If-None-Match", '"' * 5_000),
        ("Referer", "http://["),
        ("X-HTTP-Method-Override", "DELETE"),
    )
    for each in harmless:
        yield "GET", [host, cookie, each], 200
        yield "POST", [host, cookie, ("Content-Length", "0"), each], 403
    for several in (
        [("Transfer-Encoding", "chunked"), ("Content-Length", "5")],
        [("Content-Length", "5"), ("Transfer-Encoding", "chunked")],
        [("Transfer-Encoding", "x")],
        [("Content-Length", "5"), ("Content-Length", "6")],
        [("Content-Length", "-1")],
        [("Content-Length", "1e3")],
        [("X Y", "z")],
        [(b"\xff", "z")],
        [("", "z")],
        [("X", b"a\0b")],
        [("X", "y" * 65_536)],
        [(f"X-{number}", "y" * 50) for number in range(1200)],
    ):
        yield "POST", [host, cookie, *several], 400
    yield "POST", [host, cookie, ("Content-Length", str(10**11))], 413
    yield "GET", [host, cookie, ("Content-Length", str(10**11))], 413
    yield "POST", [host, ("Content-Length", "0")], 401
    boundary: Header = ("Content-Type", "multipart/form-data; boundary=" + "x" * 3_000)
    yield "POST", [host, cookie, boundary, ("Content-Length", "0")], 400


def written(server: Server, person: Person, method: str, sent: list[Header]) -> bytes:
    path = "/" if method == "GET" else "/api/rooms"
    return request(f"{method} {path} HTTP/1.1", sent)
