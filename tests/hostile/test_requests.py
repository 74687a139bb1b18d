"""Handshakes and requests that nothing well-meant would send: the exact refusal, and nobody else is disturbed."""

from collections.abc import AsyncIterator, Iterable

import pytest
import pytest_asyncio

from tests.client import ChatClient, online
from tests.hostile import handshakes, pages
from tests.hostile.handshakes import Status
from tests.hostile.raw import ask, cookies_of, request, upgrade
from tests.people import Company
from tests.services.site import Server


def end_session(key: str) -> None:
    from django.contrib.sessions.models import Session

    Session.objects.filter(session_key=key).update(expire_date="2000-01-01T00:00:00Z")


@pytest_asyncio.fixture
async def witness(server: Server, company: Company) -> AsyncIterator[ChatClient]:
    """Somebody who is in the middle of a conversation meanwhile."""
    async with online(server, company.alice) as alice:
        yield alice
        told = await alice.send("post", room=company.general, text="still here")
        await alice.caught_up(company.general, told["tick"])


@pytest.mark.usefixtures("witness")
async def test_strange_origins(server: Server, company: Company) -> None:
    assert await _refused(server, [("good", upgrade(server, company.bob), 101)]) == []
    cases = [
        (repr(header)[:60], upgrade(server, company.bob, origin=header), status)  # type: ignore[arg-type]
        for header, status in handshakes.origins(server)
    ]
    assert await _refused(server, cases) == []


@pytest.mark.usefixtures("witness")
async def test_strange_cookies(server: Server, company: Company) -> None:
    expired = company.charlie.in_another_session()
    good = upgrade(server, expired)
    assert await _refused(server, [("not yet expired", good, 101)]) == []
    server.site.call(end_session, expired.cookies["sessionid"])
    cases = [
        (repr(header)[:60], upgrade(server, company.bob, cookie=header), status)  # type: ignore[arg-type]
        for header, status in handshakes.cookies(company.bob, expired)
    ]
    assert await _refused(server, cases) == []


@pytest.mark.usefixtures("witness")
async def test_strange_handshakes(server: Server, company: Company) -> None:
    cases = [
        (repr(changes)[:80], upgrade(server, company.bob, **changes), status)
        for changes, status in handshakes.others(server)
    ]
    cases += [
        (line, handshakes.with_line(server, company.bob, line), status)
        for line, status in handshakes.LINES.items()
    ]
    assert await _refused(server, cases) == []


@pytest.mark.usefixtures("witness")
async def test_strange_requests(server: Server, company: Company) -> None:
    host, cookie = ("Host", f"127.0.0.1:{server.port}"), ("Cookie", cookies_of(company.bob))
    cases: list[tuple[str, bytes, Status]] = [
        (line[:60], request(line.replace("ROOM", str(company.general)), [host, cookie]), status)
        for line, status in pages.LINES.items()
    ]
    cases += [
        (f"{method} {sent[-1]!r:.60}", pages.written(server, company.bob, method, sent), status)
        for method, sent, status in pages.headers(server, company.bob)
    ]
    assert await _refused(server, cases) == []


async def _refused(server: Server, cases: Iterable[tuple[str, bytes, Status]]) -> list[str]:
    """What was answered otherwise than it should be; every answer must bring a policy of content."""
    wrong = []
    for name, sent, status in cases:
        due = status if isinstance(status, int) else status[server.kind == "uvicorn"]
        answer = await ask(server, sent)
        if answer.status != due:
            wrong.append(f"{name}: {answer.status} instead of {due}")
        elif due != 101 and len(answer.values("content-security-policy")) != 1:
            wrong.append(f"{name}: {due} without a policy of content")
    return wrong
