"""Who gets past the upgrade, and what is spoken behind it."""

from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin, Subprotocol

from tests.client import connected, open_client
from tests.people import Company
from tests.services.site import Server


async def test_the_own_origin_and_a_session_are_let_in(server: Server, company: Company) -> None:
    async with open_client(server.websocket_url, server.site.url, company.bob.cookies) as client:
        assert await client.send("ping") == {}


ORIGINS: dict[str, str | None] = {
    "missing": None,
    "foreign": "https://evil.example",
    "opaque": "null",
    "other port": "http://127.0.0.1:{other}",
    "no port": "http://127.0.0.1",
    "other scheme": "https://127.0.0.1:{port}",
    "socket scheme": "ws://127.0.0.1:{port}",
    "other name of this machine": "http://localhost:{port}",
    "longer host": "http://127.0.0.1:{port}.evil.example",
    "with a path": "http://127.0.0.1:{port}/",
    "with a user": "http://x@127.0.0.1:{port}",
    "broken address": "http://[",
    "not ASCII": "http://ünïcode.example",
}


@pytest.mark.parametrize("origin", ORIGINS.values(), ids=ORIGINS)
async def test_another_origin_is_refused_before_the_upgrade(
    server: Server, company: Company, origin: str | None
) -> None:
    port = server.site.port
    origin = origin and origin.format(port=port, other=port + 1)
    assert await _status(server, origin, company.bob.cookies) == 403
    # With the right origin the same cookies would do.
    assert await _status(server, server.site.url, company.bob.cookies) == 101


async def test_a_foreign_host_header_does_not_make_its_origin_the_own_one(
    server: Server, company: Company
) -> None:
    cookie = "; ".join(f"{name}={value}" for name, value in company.bob.cookies.items())
    with pytest.raises(InvalidStatus) as refused:
        await connect(
            server.websocket_url.replace("127.0.0.1", "evil.example"),
            host="127.0.0.1",
            port=server.port,
            origin=Origin(f"http://evil.example:{server.port}"),
            additional_headers={"Cookie": cookie},
            proxy=None,
        )
    assert refused.value.response.status_code in (400, 403)


@pytest.mark.parametrize("session", ["", "x", "a" * 32, "é" * 32, "a" * 3000, "%00", '"; DROP TABLE'])
async def test_no_session_is_refused_before_the_upgrade(server: Server, company: Company, session: str) -> None:
    assert await _status(server, server.site.url, {"sessionid": session}) == 403
    assert await _status(server, server.site.url, {}) == 403
    assert await _status(server, server.site.url, company.bob.cookies) == 101


def expire_session(key: str) -> None:
    from django.contrib.sessions.models import Session

    Session.objects.filter(session_key=key).update(expire_date="2000-01-01T00:00:00Z")


async def test_an_expired_session_is_refused_before_the_upgrade(server: Server, company: Company) -> None:
    assert await _status(server, server.site.url, company.bob.cookies) == 101
    server.site.call(expire_session, company.bob.cookies["sessionid"])
    assert await _status(server, server.site.url, company.bob.cookies) == 403


@pytest.mark.parametrize(
    ("offered", "spoken"),
    [
        ([], None),
        (["chat.v1.json"], "chat.v1.json"),
        (["chat.v1.msgpack"], "chat.v1.msgpack"),
        (["chat.v1.msgpack", "chat.v1.json"], "chat.v1.msgpack"),
        (["chat.v9", "chat.v1.json"], "chat.v1.json"),
        (["chat.v9"], None),
    ],
)
async def test_the_first_known_subprotocol_is_spoken(
    server: Server, company: Company, offered: list[str], spoken: str | None
) -> None:
    cookie = "; ".join(f"{name}={value}" for name, value in company.bob.cookies.items())
    async with connect(
        server.websocket_url,
        origin=Origin(server.site.url),
        subprotocols=[Subprotocol(name) for name in offered] or None,
        additional_headers={"Cookie": cookie},
        compression=None,
        proxy=None,
    ) as socket:
        assert socket.subprotocol == spoken
        if spoken == "chat.v1.msgpack":
            await socket.send(b"\x82\xa4type\xa4ping\xa3ref\xa11")
            assert isinstance(await socket.recv(), bytes)
        else:
            await socket.send('{"type": "ping", "ref": "1"}')
            assert await socket.recv() == '[{"type":"ok","ref":"1","result":{}}]'


async def test_other_addresses_are_no_sockets(server: Server, company: Company) -> None:
    cookie = "; ".join(f"{name}={value}" for name, value in company.bob.cookies.items())
    headers = {"Cookie": cookie}
    with pytest.raises(InvalidStatus) as refused:
        await connect(
            server.websocket_url + "other/",
            origin=Origin(server.site.url),
            additional_headers=headers,
            proxy=None,
        )
    assert refused.value.response.status_code in (403, 404)
    async with connected(server, company.bob) as client:
        assert await client.send("ping") == {}


async def _status(server: Server, origin: str | None, cookies: dict[str, Any]) -> int:
    try:
        async with open_client(server.websocket_url, origin, cookies):
            return 101
    except InvalidStatus as refused:
        return refused.response.status_code
