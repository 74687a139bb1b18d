"""Bodies that stop half-way and answers that nobody takes: given time, and then dropped."""

import asyncio
import os
from collections.abc import Iterator

import pytest

from tests.hostile.impatient import PATIENCE
from tests.hostile.raw import ask, ask_on, connection, cookies_of, is_held, request
from tests.people import Company, gather
from tests.processes.pairs import eventually
from tests.services.site import NewSite, Server

MIB = 1024 * 1024
# Far less than the servers' own minute and than the 20 s they give a header.
WITHIN = 15.0
Header = tuple[str, str]


@pytest.fixture(scope="module", params=["daphne", "uvicorn"])
def impatient(request: pytest.FixtureRequest, new_site: NewSite) -> Iterator[Server]:
    with new_site() as site, site.serve(request.param, program=("-m", "tests.hostile.impatient")) as server:
        yield server


@pytest.fixture
def company(impatient: Server) -> Company:
    return gather(impatient.site)


@pytest.mark.parametrize("framing", ["Content-Length", "Transfer-Encoding"])
async def test_a_body_may_be_slow_and_not_stop(impatient: Server, framing: str) -> None:
    pieces = [b"{", b'"ref"', b": 1}"]
    length = ("Content-Length", str(sum(map(len, pieces))))
    if framing == "Transfer-Encoding":
        length = ("Transfer-Encoding", "chunked")
        pieces = [*(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces), b"0\r\n\r\n"]
    head = request("POST /api/rooms HTTP/1.1", [_host(impatient), ("Content-Type", "application/json"), length])
    async with connection(impatient) as (reader, writer):
        writer.write(head)
        for piece in pieces[:-1]:
            writer.write(piece)
            # In all longer than the patience, which is for each piece anew.
            await asyncio.sleep(PATIENCE * 0.6)
        assert (await ask_on(reader, writer, pieces[-1])).status == 401
    async with connection(impatient) as (reader, writer):
        writer.write(head + pieces[0])
        await eventually(lambda: not is_held(impatient, writer), "the end of the connection", WITHIN)


@pytest.mark.parametrize("last", [False, True], ids=["kept alive", "Connection: close"])
async def test_who_takes_nothing_of_a_file_is_dropped(impatient: Server, company: Company, last: bool) -> None:
    with company.bob.http(impatient.url) as http:
        sent = http.post("/api/attachments", files={"file": ("noise.bin", os.urandom(20 * MIB))})
        path = sent.json()["url"]
    await _assert_dropped_unread(impatient, company, path, last)


@pytest.mark.parametrize("last", [False, True], ids=["kept alive", "Connection: close"])
async def test_who_takes_nothing_of_a_page_is_dropped(impatient: Server, company: Company, last: bool) -> None:
    """The application is done with it long before: only the server still holds it."""
    with company.bob.http(impatient.url) as http:
        for number in range(60):
            body = {"ref": f"long {number}", "text": "x" * 7_900}
            assert http.post(f"/api/rooms/{company.general}/messages", json=body).status_code == 201
    await _assert_dropped_unread(impatient, company, f"/api/rooms/{company.general}/messages", last)


async def _assert_dropped_unread(server: Server, company: Company, path: str, last: bool) -> None:
    headers = [_host(server), ("Cookie", cookies_of(company.bob))]
    if last:
        headers.append(("Connection", "close"))
    asked = request(f"GET {path} HTTP/1.1", headers)
    assert (await ask(server, asked)).status == 200
    async with connection(server, segment=536) as (reader, writer):
        assert (await ask_on(reader, writer, asked, body=False)).status == 200
        assert is_held(server, writer), "it must be given time"
        await eventually(lambda: not is_held(server, writer), "the end of the connection", 3 * WITHIN)


def _host(server: Server) -> Header:
    return "Host", f"127.0.0.1:{server.port}"
