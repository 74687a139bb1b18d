"""What ends at one process ends at the other: at once with the layer, and by the audits without it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from tests import cast
from tests.client import ChatClient, online
from tests.people import Company, Person, gather
from tests.processes.pairs import WITHOUT_LAYER, Pair, all_told

# Sooner than the audit, which looks at each person every 10 s, so that most often it is the layer that told.
BY_LAYER = 6.0
PATIENCE = {"pair": BY_LAYER, "deaf_pair": WITHOUT_LAYER}


@pytest.fixture(params=["pair", "deaf_pair"])
def patience(request: pytest.FixtureRequest) -> float:
    return PATIENCE[request.param]


@pytest.fixture
def either(request: pytest.FixtureRequest, patience: float) -> Pair:
    pair: Pair = request.getfixturevalue("pair" if patience == BY_LAYER else "deaf_pair")
    return pair


def sign_out(pair: Pair, person: Person) -> None:
    with person.http(pair.first.url) as http:
        assert http.post("/accounts/logout/").status_code == 302


def change_password(pair: Pair, person: Person) -> None:
    other = person.in_another_session()
    new = "another long passphrase"
    form = {"oldpassword": cast.PASSWORD, "password1": new, "password2": new}
    with other.http(pair.first.url) as http:
        assert http.post("/accounts/password/change/", data=form).status_code == 302


def deactivate(pair: Pair, person: Person) -> None:
    pair.site.call(deactivate_on_site, person.id)


def deactivate_on_site(user: int) -> None:
    """As the admin does, in a process that serves nobody."""
    from django.db import transaction

    from chat import announce
    from chat.models import User

    with transaction.atomic():
        User.objects.filter(pk=user).update(is_active=False)
        announce.sessions_changed([user])


async def test_who_is_out_is_out_everywhere(either: Pair, patience: float) -> None:
    ends: list[tuple[Callable[[Pair, Person], None], int]] = [
        (sign_out, 4401),
        (change_password, 4401),
        (deactivate, 4403),
    ]
    await asyncio.gather(*(one_end(either, patience, end, code) for end, code in ends))


async def one_end(pair: Pair, patience: float, end: Callable[[Pair, Person], None], code: int) -> None:
    company = gather(pair.site)
    async with AsyncExitStack() as stack:
        other = await stack.enter_async_context(online(pair.second, company.alice))
        bob = await stack.enter_async_context(online(pair.second, company.bob))
        assert await bob.send("ping") == {}
        await asyncio.to_thread(end, pair, company.bob)
        assert await bob.closed(patience) == code
        assert await other.send("ping") == {}


async def test_nothing_after_a_removal_reaches_the_removed(either: Pair, patience: float) -> None:
    company = gather(either.site)
    room = company.general
    async with online(either.first, company.alice) as alice, online(either.second, company.bob) as bob:
        reading = bob.room(room)
        async with flowing(company, alice):
            await bob.until(lambda: len(reading.messages) > 20, "the flow", patience)
            await asyncio.to_thread(remove, either, company)
            await bob.until(lambda: room not in bob.ledger.rooms, "gone", patience)
        later = (await alice.send("post", room=room, text="behind his back"))["tick"]
        await all_told(room, later, alice)
        removal = next(change["tick"] for change in alice.room(room).changes if "member" in change)
        assert reading.cursor <= removal < later
        # What he was told is what happened until there, and he hears of nothing again.
        held = {message["tick"] for message in reading.messages.values()}
        assert held == {tick for tick in range(3, reading.cursor + 1) if tick != removal}
        await bob.send("ping")
        assert room not in bob.ledger.rooms


def remove(pair: Pair, company: Company) -> None:
    with company.alice.http(pair.first.url) as http:
        assert http.delete(f"/api/rooms/{company.general}/members/{company.bob.id}").is_success


@asynccontextmanager
async def flowing(company: Company, client: ChatClient) -> AsyncIterator[None]:
    """Some fifty messages a second."""
    over = asyncio.Event()

    async def flow() -> None:
        while not over.is_set():
            await client.send("post", room=company.general, text="flow")
            await asyncio.sleep(0.02)

    flow_task = asyncio.create_task(flow())
    try:
        yield
    finally:
        over.set()
        await flow_task
