"""Handshakes a browser would not send: what differs from a good one, and the status each server answers with.

Where the two differ, one number stands for each: Daphne, uvicorn. A refusal of the Host, and of two headers
where there may be one, is each library's own.
"""

from collections.abc import Iterator, Sequence

from tests.hostile.raw import KEY, Header, cookies_of, upgrade
from tests.people import Person
from tests.services.site import Server

Changes = dict[str, Header | Sequence[Header] | None]
Status = int | tuple[int, int]


def origins(server: Server) -> Iterator[tuple[object, Status]]:
    """Values of one Origin header, then several; each a stranger's, though one looks like ours."""
    own, port = server.site.url, server.site.port
    for value in (
        "null",
        own.replace("http", "https"),
        own.replace("http", "ws"),
        own.replace("http:", "file:"),
        f"http://127.0.0.1:{port + 1}",
        f"http://a.127.0.0.1:{port}",
        f"http://127.0.0.1.:{port}",
        f"http://127.0.0.1:{port}.evil.example",
        f"http://127.1:{port}",
        f"http://2130706433:{port}",
        own.upper(),
        own.replace("//", "//x@"),
        own.replace("//", "//127.0.0.1@"),
        own + "/",
        own + " x",
        own + ",",
        f"{own}, {own}",
        f"{own}#",
        f"http://127.0.0.1:0{port}",
        "http://127.0.0.1:99999",
        "http://[::1]:1",
        "http://[::",
        "",
        b"\xff\xfe",
        "http://ünïcode.example",
        "http://" + "a" * 8_000,
        "javascript:alert(1)",
    ):
        yield ("Origin", value), 403
    yield ("Origin", b"http://\0"), 400
    # Which of two is meant cannot be known.
    yield [("Origin", own), ("Origin", own)], (403, 400)
    yield [("Origin", own), ("Origin", "http://evil.example")], (403, 400)
    yield [("Origin", "http://evil.example"), ("Origin", own)], (403, 400)
    yield ("Sec-WebSocket-Origin", own), 403
    yield None, 403


def cookies(person: Person, expired: Person) -> Iterator[tuple[object, Status]]:
    own = f"sessionid={person.cookies['sessionid']}"
    good: tuple[str, ...] = (
        own,
        f"other=1; {own}",
        # As browsers with two paths send them: the last counts.
        f"sessionid=x; {own}",
        f"{own}; x=" + "y" * 8_000,
        f'sessionid="{person.cookies["sessionid"]}"',
        f"{own}; =; ;;",
    )
    for value in good:
        yield ("Cookie", value), 101
    bad: tuple[str | bytes, ...] = (
        "",
        "sessionid",
        "sessionid=",
        "sessionid=null",
        f"{own}x",
        own.upper(),
        own.replace("=", ":"),
        f"{own}; sessionid=x",
        f"Sessionid={person.cookies['sessionid']}",
        f"sessionid={'a' * 32}",
        f"sessionid={'../' * 20}",
        "sessionid=' OR 1=1 --",
        f"sessionid={expired.cookies['sessionid']}",
        cookies_of(person).replace("sessionid", "csrftoken"),
        "sessionid=\xe9\xff",
        b"\xff\xfe\xfd",
        "sessionid=%00",
        ";" * 4_000,
        "=" * 4_000,
        "a=b;" * 2_000,
    )
    for wrong in bad:
        yield ("Cookie", wrong), 403
    yield ("Cookie", "x=" + "y" * 8_192), (403, 400)
    yield ("Cookie", b"sessionid=a\0b"), 400
    yield ("Cookie", b"a=b\n c=d"), 400
    yield [("Cookie", own), ("Cookie", "sessionid=x")], 403
    yield None, 403


def others(server: Server) -> Iterator[tuple[Changes, Status]]:
    """Everything but origin and cookie, which are good: who is let in has shown both."""
    for host in ("evil.example", "", "a b", "127.0.0.1:99999999", "x@y", b"\xff"):
        yield {"host": ("Host", host)}, 101
    yield {"host": ("Host", "127.0.0.1:x")}, (400, 101)
    yield {"host": ("Host", "[::")}, (400, 101)
    yield {"host": None}, (400, 101)
    yield {"host": [("Host", f"127.0.0.1:{server.port}"), ("Host", "evil.example")]}, (400, 101)
    for name, value in (
        ("X-Forwarded-For", "1.2.3.4"),
        ("X-Forwarded-Host", "evil.example"),
        ("X-Forwarded-Proto", "https"),
        ("X_Forwarded_For", "x"),
        ("Daphne-Root-Path", "/evil"),
        ("Daphne-Root-Path", b"\xff"),
        ("Sec-WebSocket-Extensions", "=;=,;"),
        ("Sec-WebSocket-Extensions", "permessage-deflate," * 300),
        ("Sec-WebSocket-Extensions", b"\xff"),
        ("Sec-WebSocket-Protocol", ",".join(f"p{number}" for number in range(1000))),
        ("Sec-WebSocket-Protocol", "%ff%00"),
    ):
        yield {"more": (name, value)}, 101
    yield {"more": ("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits=99")}, (400, 101)
    yield {"more": ("Sec-WebSocket-Protocol", "chat.v1.json, chat.v1.json")}, (400, 101)
    yield {"more": ("Sec-WebSocket-Protocol", "a b c,,,")}, 400
    yield {"more": ("Sec-WebSocket-Protocol", b"\xff")}, 400
    yield {"more": [("Transfer-Encoding", "chunked"), ("Content-Length", "5")]}, 400
    yield {"more": ("X", "y" * 65_536)}, 400
    yield {"more": [(f"X-{number}", "y" * 50) for number in range(1200)]}, 400
    yield {"more": [(f"X-{number}", "") for number in range(600)]}, 400
    yield {"more": ("X Y", "z")}, 400
    yield {"more": (b"\xff", "z")}, 400
    for key in ("", "AAAA", "!" * 24, "A" * 4_000, b"\xff" * 24):
        yield {"sec_websocket_key": ("Sec-WebSocket-Key", key)}, 400
    yield {"sec_websocket_key": None}, 400
    yield {"sec_websocket_key": [("Sec-WebSocket-Key", KEY)] * 2}, 400
    for version in ("0", "8", "12", "14", "x", "9" * 5_000, "-13", "13, 8", ""):
        yield {"sec_websocket_version": ("Sec-WebSocket-Version", version)}, 400
    yield {"sec_websocket_version": None}, 400
    yield {"sec_websocket_version": [("Sec-WebSocket-Version", "13")] * 2}, 400
    yield {"connection": ("Connection", "keep-alive, Upgrade")}, 101
    # Without both words it is a request for a page, which is not there.
    yield {"connection": ("Connection", "close")}, (400, 404)
    yield {"connection": None}, (400, 404)
    yield {"upgrade": ("Upgrade", "h2c")}, 404


# Request lines of a handshake that is good otherwise.
LINES: dict[str, Status] = {
    "GET /ws/?%ff=%00 HTTP/1.1": 101,
    "GET /ws/%ff HTTP/1.1": 403,
    "GET /ws HTTP/1.1": 403,
    "GET /WS/ HTTP/1.1": 403,
    "GET /ws/../ws/ HTTP/1.1": 403,
    "GET /%2e%2e/ws/ HTTP/1.1": 403,
    "GET * HTTP/1.1": 403,
    "GET http://[bad/ws/ HTTP/1.1": (400, 403),
    "POST /ws/ HTTP/1.1": 405,
    "OPTIONS * HTTP/1.1": 405,
    "CONNECT a:1 HTTP/1.1": 405,
    "GET /ws/\xff HTTP/1.1": 400,
    "GET /ws/?\xff HTTP/1.1": 400,
    "GET /ws/\t HTTP/1.1": 400,
    "GET /ws/ HTTP/9": 400,
    "PRI * HTTP/2.0": 400,
}


def with_line(server: Server, person: Person, line: str) -> bytes:
    good = upgrade(server, person)
    return line.encode("latin-1") + good[good.index(b"\r\n") :]
