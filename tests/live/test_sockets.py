"""Three processes that hear each other: their sockets of one person are never more than the limit for long."""

import msgspec
import pytest
from pytest_django import Settings

from chat import announce
from chat.limits import SOCKETS
from chat.live.hub import Hub
from chat.live.sockets import Sockets
from tests.live.fakes import Wire, make_hub

ME = 1
TOO_MANY = 4429


class Process:
    def __init__(self, name: str) -> None:
        self.name = name
        self.hub: Hub = make_hub()
        self.sockets = Sockets(self.hub)
        self.wires: list[Wire] = []

    def open(self, count: int, user_id: int = ME) -> None:
        self.wires += [Wire(self.hub, user_id) for _ in range(count)]

    @property
    def count(self) -> int:
        return len(self.hub.by_user.get(ME, ()))

    def tell(self, *others: "Process", complete: bool = False) -> None:
        news = self.sockets.news([ME])
        counts = self.sockets.all() if complete else news
        for other in others:
            other.sockets.hear(announce.Present(self.name, complete, {}, counts))

    def close_surplus(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with monkeypatch.context() as here:
            here.setattr(announce, "PROCESS", self.name)
            self.sockets.close_surplus()


@pytest.fixture(autouse=True)
def _limited(settings: Settings) -> None:
    settings.RATE_LIMITS = True


@pytest.fixture
def three() -> list[Process]:
    return [Process(name) for name in "abc"]


def all_tell(processes: list[Process]) -> None:
    for process in processes:
        process.tell(*[other for other in processes if other is not process])


@pytest.mark.parametrize("counts", [(30, 30, 30), (60, 0, 10), (0, 60, 10), (1, 1, 60), (20, 20, 11)])
@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0)])
def test_exactly_the_limit_remains(
    three: list[Process], counts: tuple[int, ...], order: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    for process, count in zip(three, counts, strict=True):
        process.open(count)
    all_tell(three)
    for index in order:
        three[index].close_surplus(monkeypatch)
    assert sum(process.count for process in three) == SOCKETS
    for process in three:
        closed = [wire.closed for wire in process.wires]
        kept = closed.index([TOO_MANY]) if [TOO_MANY] in closed else len(closed)
        assert closed == [[]] * kept + [[TOO_MANY]] * (len(closed) - kept), "the newest are closed"
    all_tell(three)
    for process in three:
        process.close_surplus(monkeypatch)
    assert sum(process.count for process in three) == SOCKETS


def test_nothing_is_closed_within_the_limit(three: list[Process], monkeypatch: pytest.MonkeyPatch) -> None:
    for process, count in zip(three, (20, 20, 10), strict=True):
        process.open(count)
    three[0].open(SOCKETS, user_id=2)
    all_tell(three)
    for process in three:
        process.close_surplus(monkeypatch)
        assert not any(wire.closed for wire in process.wires)


def test_sockets_elsewhere_count_at_the_door(three: list[Process]) -> None:
    here, there, _ = three
    here.open(20)
    there.open(29)
    there.tell(here)
    assert not here.sockets.too_many(ME)
    there.open(1)
    there.tell(here)
    assert here.sockets.too_many(ME)
    assert not here.sockets.too_many(2)
    there.wires[0].connection.detach()
    there.tell(here)
    assert not here.sockets.too_many(ME)


def test_a_process_that_is_gone_or_holds_nobody_counts_no_more(three: list[Process]) -> None:
    here, there, _ = three
    there.open(SOCKETS)
    there.tell(here)
    assert here.sockets.too_many(ME)
    here.sockets.hear(announce.Present("b", True, {}))
    assert not here.sockets.too_many(ME)
    there.tell(here, complete=True)
    assert here.sockets.too_many(ME)
    here.sockets.forget("b")
    assert not here.sockets.too_many(ME)


def test_only_changes_are_told(three: list[Process]) -> None:
    here = three[0].sockets
    three[0].open(2)
    assert here.news([ME, 2]) == {ME: 2}
    assert here.news([ME, 2]) == {}
    three[0].wires[0].connection.detach()
    assert here.news([ME]) == {ME: 1}
    three[0].wires[1].connection.detach()
    assert here.news([ME]) == {ME: 0}
    assert here.all() == {}


def test_without_limits_nothing_is_told_or_closed(
    three: list[Process], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.RATE_LIMITS = False
    three[0].open(SOCKETS + 10)
    assert three[0].sockets.news([ME]) == {}
    assert not three[0].sockets.too_many(ME)
    three[0].close_surplus(monkeypatch)
    assert three[0].count == SOCKETS + 10


class _Former(msgspec.Struct, tag="present", array_like=True):
    """As processes of an earlier release know it."""

    process: str
    complete: bool
    states: dict[int, tuple[str, list[int]]]


def test_releases_that_do_not_count_sockets_are_understood_and_understand() -> None:
    states: dict[int, tuple[str, list[int]]] = {ME: ("online", [7])}
    former = msgspec.msgpack.encode(_Former("old", True, states))
    assert announce.decode(former) == announce.Present("old", True, states, {})
    now = announce.encode(announce.Present("new", False, states, {ME: 3}))
    assert msgspec.msgpack.decode(now, type=_Former) == _Former("new", False, states)
