"""The capacity model: more load never needs less, and what is named ends first."""

from dataclasses import fields, replace
from typing import Any

import pytest

from bench import capacity_figures
from bench.capacity_figures import Cost, Figures
from bench.capacity_load import MARK_EVERY, Load, Traffic
from bench.capacity_model import need
from bench.capacity_shape import BUSY, HEARING, REPLICA_FROM, RESUME, Limits, recommend
from bench.capacity_tables import AFTERWARDS, CONNECTIONS, SIZES, end

FIGURES = capacity_figures.read()
TALKING = Load(connections=20_000)
NEEDED = recommend(TALKING, FIGURES).need
RATES = (
    "database",
    "history",
    "everyone",
    "by_room",
    "redis_bytes",
    "sent_bytes",
    "transactions",
    "rows",
    "audits",
)
ASSUMED = {field.name: getattr(Load(), field.name) for field in fields(Load) if field.name != "connections"}


def load(**change: Any) -> Load:
    return replace(TALKING, **change)


# More is never less


@pytest.mark.parametrize("field", [field.name for field in fields(Load)])
@pytest.mark.parametrize("hall", [0.0, 0.5])
@pytest.mark.parametrize("factor", [1.5, 4, 40])
def test_more_load_never_needs_less(field: str, hall: float, factor: float) -> None:
    less = load(hall=hall)
    change: dict[str, Any] = {field: _increased(field, getattr(less, field), factor)}
    more = replace(less, **change)
    for processes in (1, 2, 30):
        small, large = need(less, FIGURES, processes), need(more, FIGURES, processes)
        for name in RATES:
            assert getattr(large, name) >= getattr(small, name) * (1 - 1e-9), (name, processes)
        for name, share in (small.spread | small.fixed).items():
            assert (large.spread | large.fixed)[name] >= share * (1 - 1e-9), (name, processes)
        # The same people in larger rooms are in fewer, and each has a ring.
        if field != "room_size":
            assert large.kib >= small.kib
    assert recommend(more, FIGURES).need.processes >= recommend(less, FIGURES).need.processes


def test_more_connections_need_more_all_the_way() -> None:
    shapes = [recommend(load(connections=round(50 * 1.3**step)), FIGURES) for step in range(40)]
    processes = [shape.need.processes for shape in shapes]
    cores = [shape.cores for shape in shapes]
    assert processes == sorted(processes)
    assert cores == sorted(cores)
    assert processes[0] == 1
    assert processes[-1] > 100


def test_a_dearer_figure_never_needs_less() -> None:
    for field in fields(Figures):
        value = getattr(FIGURES, field.name)
        dearer = Cost(value.process * 2, value.database * 2) if isinstance(value, Cost) else value * 2
        change: dict[str, Any] = {field.name: dearer}
        changed = replace(FIGURES, **change)
        assert recommend(TALKING, changed).need.processes >= recommend(TALKING, FIGURES).need.processes, field.name


def _increased(field: str, value: float, factor: float) -> float:
    """Shares end at all of them; nothing times a factor would be no more."""
    if field in ("active", "hall", "viewing"):
        return min(1.0, max(value, 0.1) * factor)
    return type(value)(value * factor)


# What ends first


@pytest.mark.parametrize("connections", SIZES)
@pytest.mark.parametrize("hall", [0.0, 1.0])
def test_the_bottleneck_named_has_the_least_headroom(connections: int, hall: float) -> None:
    shape = recommend(load(connections=connections, hall=hall), FIGURES)
    assert shape.headroom == min(shape.headrooms.values())
    assert shape.headrooms[shape.bottleneck] == shape.headroom
    assert shape.bottleneck in AFTERWARDS


@pytest.mark.parametrize(
    ("limits", "named"),
    [
        (Limits(database_cores=NEEDED.database / BUSY * 1.01), "cores of PostgreSQL"),
        (Limits(process_mib=NEEDED.kib / 1024 * 1.01), "memory of a process"),
        (Limits(network_mbit=NEEDED.sent_bytes * 8 / 1e6 * 1.01), "network"),
        (Limits(max_connections=NEEDED.processes * Limits().pool), CONNECTIONS),
    ],
)
def test_what_is_scarce_is_named(limits: Limits, named: str) -> None:
    shape = recommend(TALKING, FIGURES, limits)
    assert shape.bottleneck == named
    assert 1 <= shape.headroom < 1.05


def test_each_process_keeps_room_for_bursts() -> None:
    for connections in SIZES:
        shape = recommend(load(connections=connections), FIGURES)
        assert sum(shape.need.spread.values()) <= BUSY
        assert shape.need.share <= BUSY or shape.need.hearing > HEARING
        if shape.need.hearing > HEARING:
            assert shape.headroom < 1


def test_a_resource_ends_where_its_headroom_does() -> None:
    name = "what each process hears of all others"
    last = round(end(name, FIGURES, ASSUMED, Limits()))
    assert recommend(load(connections=last), FIGURES).headrooms[name] < 1
    assert recommend(load(connections=round(last / 1.02)), FIGURES).headrooms[name] >= 1


def test_pgbouncer_comes_with_more_connections_than_postgresql_takes() -> None:
    enough = NEEDED.processes * Limits().pool
    assert not recommend(TALKING, FIGURES, Limits(max_connections=enough)).pgbouncer
    short = recommend(TALKING, FIGURES, Limits(max_connections=enough - 1))
    assert short.pgbouncer
    assert CONNECTIONS not in short.headrooms


def test_a_replica_comes_with_much_history() -> None:
    small = Limits(database_cores=NEEDED.history / BUSY / REPLICA_FROM * 1.5)
    assert not recommend(TALKING, FIGURES, small).replica
    assert recommend(load(openings=TALKING.openings * 2), FIGURES, small).replica


def test_a_second_process_comes_where_all_would_wait_for_the_first() -> None:
    """Though they do nothing that a process would notice."""
    back = RESUME * 1e6 / FIGURES.hello
    quiet = {"messages_per_hour": 0, "hall": 0, "arrivals": 0, "turns": 0, "openings": 0}
    assert recommend(load(connections=int(back * 0.99), **quiet), FIGURES).need.processes == 1
    shape = recommend(load(connections=int(back * 1.01), **quiet), FIGURES)
    assert (shape.need.processes, shape.set_by) == (2, "the return after a failure")


def test_several_redis_come_with_much_talk_in_rooms() -> None:
    talk = {"connections": 20_000, "rooms": 1, "room_size": 20_000, "active": 1, "messages_per_hour": 60}
    assert recommend(TALKING, FIGURES).redis == 1
    assert recommend(load(**talk), FIGURES).redis > 1


# Extremes


def test_nobody_says_anything() -> None:
    silent = load(messages_per_hour=0, hall_messages_per_hour=0)
    needed = need(silent, FIGURES, 4)
    assert (needed.rows, needed.transactions, silent.deliveries) == (0, 0, 0)
    assert needed.spread["messages sent"] == needed.spread["read markers"] == 0
    assert needed.spread["idle connections"] > 0
    assert needed.fixed["presence heard"] > 0


def test_everybody_sits_in_one_room() -> None:
    one = load(rooms=1, room_size=20_000, hall=0)
    assert one.deliveries == one.messages * 20_000
    assert Traffic.of(one, 4, 0.005).heard_by_room == pytest.approx(4 * one.messages)
    # The hall is such a room.
    hall = load(rooms=0, messages_per_hour=0, hall_messages_per_hour=one.messages * 3600)
    assert hall.deliveries == pytest.approx(one.deliveries)
    assert hall.presence_frames == pytest.approx(one.presence_frames)
    assert hall.hall_markers == pytest.approx(one.room_markers)


def test_one_person_alone() -> None:
    shape = recommend(load(connections=1), FIGURES)
    assert (shape.need.processes, shape.redis) == (1, 0)
    assert shape.load.deliveries < 2 * shape.load.messages


def test_one_process_tells_nobody() -> None:
    alone = need(TALKING, FIGURES, 1)
    assert (alone.everyone, alone.by_room, alone.redis_bytes, alone.traffic.said) == (0, 0, 0, 0)
    assert alone.fixed == {}


def test_a_message_reaches_no_more_processes_than_people() -> None:
    small = load(hall=0, room_size=2)
    assert Traffic.of(small, 1000, 0.005).heard_by_room <= small.messages * 2


def test_nobody_marks_a_room_more_often_than_clients_do() -> None:
    most = TALKING.connections * TALKING.rooms * TALKING.viewing / MARK_EVERY
    assert most * 0.99 < load(messages_per_hour=1e7).room_markers <= most


def test_markers_that_come_together_cost_less_each() -> None:
    alone, many = Cost(10, 5), Cost(1, 1)
    assert alone.in_batch(many, 1) == alone
    assert alone.in_batch(many, 9) == Cost(2, 1 + 4 / 9)
    assert Traffic.of(load(viewing=0.001), 2, 0.005).hall_batch == 1
    assert Traffic.of(load(viewing=0.1), 2, 0.005).hall_batch > 10


@pytest.mark.parametrize("wrong", [{"connections": 0}, {"active": 1.1}, {"hall": 2}, {"rooms": -1}])
def test_what_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    load()
    with pytest.raises(ValueError, match=next(iter(wrong)) if "connections" not in wrong else "connected"):
        load(**wrong)


def test_a_need_is_shared_by_all_processes() -> None:
    few, many = need(TALKING, FIGURES, 4), need(TALKING, FIGURES, 8)
    for name in ("idle connections", "messages sent", "presence sent", "pages and history"):
        assert many.spread[name] == pytest.approx(few.spread[name] / 2)
    assert many.hearing > few.hearing
