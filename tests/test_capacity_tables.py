"""The capacity model's figures are the measured ones, and the tables in docs/scaling.md are what it computes."""

import json
import re
from dataclasses import fields
from pathlib import Path

import pytest

from bench import capacity, capacity_figures
from bench.capacity_load import MARK_EVERY, Load
from bench.capacity_shape import COMPOSE, Limits
from bench.capacity_tables import AFTERWARDS, SIZES, end, ends, sizes
from tests.documents import ROOT, read

SCALING = ROOT / "docs/scaling.md"
FIGURES = capacity_figures.read()
ASSUMED = {field.name: getattr(Load(), field.name) for field in fields(Load) if field.name != "connections"}


# Where the figures come from


@pytest.mark.parametrize(
    ("part", "path", "figure"),
    [
        ("cost", ("idle_crowd_share",), "connection"),
        ("cost", ("alone_us",), "frame"),
        ("ceiling", ("deliveries_per_second",), "byte"),
        ("pages", ("/api/rooms/1/messages", "requests_per_second"), "history"),
        ("pages", ("/rooms/1/", "requests_per_second"), "page"),
        ("storm", ("seconds",), "hello"),
        ("memory", ("5000", "kib_per_connection"), "kib"),
        ("memory", ("5000", "process_kib"), "process_kib"),
    ],
)
def test_a_figure_is_that_of_the_run(tmp_path: Path, part: str, path: tuple[str, ...], figure: str) -> None:
    content = json.loads(read(capacity_figures.RESULTS))
    place = content["parts"][part]["daphne-postgresql-1"]
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] *= 3
    other = tmp_path / "results.json"
    other.write_text(json.dumps(content))
    changed = capacity_figures.read(results=other)
    assert getattr(changed, figure) != getattr(FIGURES, figure)
    assert capacity_figures.read("uvicorn", results=other) == capacity_figures.read("uvicorn")


def test_every_part_that_was_measured_counts(tmp_path: Path) -> None:
    content = json.loads(read(capacity_figures.PARTS))
    for name in content["parts"]:
        changed = content | {"parts": content["parts"] | {name: content["parts"][name] * 3}}
        other = tmp_path / "parts.json"
        other.write_text(json.dumps(changed))
        counted = capacity_figures.read(parts=other) != FIGURES
        assert counted, name


def test_a_run_without_a_figure_is_refused(tmp_path: Path) -> None:
    content = json.loads(read(capacity_figures.RESULTS))
    content["parts"]["storm"]["daphne-postgresql-1"] = {"error": "it fell over"}
    other = tmp_path / "results.json"
    other.write_text(json.dumps(content))
    with pytest.raises(LookupError, match="storm"):
        capacity_figures.read(results=other)


def test_limits_are_those_of_the_files_that_set_them() -> None:
    compose = read(ROOT / "docker-compose.yml")
    assert f"max_connections={Limits().max_connections}\n" in compose
    assert len(re.findall(r"^  web-\d+:$", compose, re.MULTILINE)) == COMPOSE
    assert f"# DATABASE_POOL={Limits().pool}\n" in read(ROOT / ".env.example")
    [every] = re.findall(r"^const EVERY = (\d+);$", read(ROOT / "chat/static/chat/js/reading.js"), re.MULTILINE)
    assert int(every) == MARK_EVERY * 1000


# The document


def test_the_tables_of_the_document_are_computed() -> None:
    assert capacity.written(read(SCALING)) == read(SCALING), (
        "run: python -m bench.capacity --write docs/scaling.md"
    )


def test_the_tables_are_written_between_their_markers(tmp_path: Path) -> None:
    stale = re.sub(r"^\| (run|network) \|.*$", "| stale |", read(SCALING), flags=re.MULTILINE)
    assert stale != read(SCALING)
    document = tmp_path / "scaling.md"
    document.write_text(stale)
    assert capacity.main(["--write", str(document)]) == 0
    assert document.read_text() == read(SCALING)


def test_a_document_has_the_tables_of_the_defaults_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = tmp_path / "scaling.md"
    document.write_text(read(SCALING))
    assert capacity.main(["--write", str(document), "--room-size", "40"]) == 2
    assert "no other option" in capsys.readouterr().err
    document.write_text("no place for a table")
    assert capacity.main(["--write", str(document)]) == 2
    assert "places for the table" in capsys.readouterr().err


def test_assumptions_are_options(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--connections", "20000", "1000", "--room-size", "40", "--hall", "0", "--max-connections", "32"]
    assert capacity.main(arguments) == 0
    assumed, limits = ASSUMED | {"room_size": 40.0, "hall": 0.0}, Limits(max_connections=32)
    tables = sizes(FIGURES, assumed, limits, [20_000, 1000]), ends(FIGURES, assumed, limits)
    assert capsys.readouterr().out == "\n\n".join(tables) + "\n"
    assert capacity.main(["--hall", "2"]) == 2
    assert capsys.readouterr().err == "hall is a share: at most 1.\n"


def test_every_row_has_a_cell_for_each_size() -> None:
    for table in (sizes(FIGURES, ASSUMED, Limits(), SIZES), ends(FIGURES, ASSUMED, Limits())):
        assert len({line.count("|") for line in table.splitlines()}) == 1


def test_ends_come_in_their_order() -> None:
    found = [end(name, FIGURES, ASSUMED, Limits()) for name in AFTERWARDS]
    rows = [line.split(" | ")[0].removeprefix("| ") for line in ends(FIGURES, ASSUMED, Limits()).splitlines()[2:]]
    assert sorted(found) == [end(name, FIGURES, ASSUMED, Limits()) for name in rows]
