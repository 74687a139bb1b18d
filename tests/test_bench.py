"""The pure parts of the benchmark: how a ceiling is searched, what counts as carried, tables and plots."""

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from bench import plot, report
from bench.ceiling import LATEST_MS, Step, best, find_ceiling, judge, summary
from bench.crowd import texts
from bench.results import OtherRun, Results
from bench.targets import TARGETS, ratio
from chat.protocol import TEXT_LENGTH
from chat.rendering import clean_text

MEMBERS = 500
MACHINE = {"processor": "one", "cores": "2"}


class Server:
    """Carries up to `limit` messages/s. `hiccups` are rates whose first measurement fails for no reason."""

    def __init__(self, limit: float, hiccups: set[float] | None = None) -> None:
        self.limit = limit
        self.hiccups = hiccups or set()
        self.asked: list[float] = []

    def measure(self, rate: float) -> Step:
        hiccup = rate in self.hiccups and rate not in self.asked
        self.asked.append(rate)
        failed = hiccup or rate > self.limit
        return step(rate, failure="p99 900 ms" if failed else "")


def step(rate: float, *, failure: str = "") -> Step:
    return Step(
        rate=rate,
        deliveries=rate * MEMBERS,
        p50=10,
        p99=900 if failure else 40,
        failure=failure,
        server_share=0.5,
        load_share=0.1,
    )


# The search


@pytest.mark.parametrize("limit", [3.3, 79, 80, 81, 161, 777, 12_345])
def test_the_ceiling_found_is_within_the_precision_of_the_true_one(limit: float) -> None:
    top = best(find_ceiling(Server(limit).measure, 80, precision=1.1))
    assert top
    assert top.rate <= limit < top.rate * 1.11


def test_the_whole_curve_is_kept_in_order() -> None:
    server = Server(500)
    steps = find_ceiling(server.measure, 80, precision=1.1)
    assert [each.rate for each in steps] == sorted(set(server.asked))
    assert {80, 160, 320, 640} <= {each.rate for each in steps}
    assert summary(steps)["deliveries_per_second"] == pytest.approx(500 * MEMBERS, rel=0.11)


@pytest.mark.parametrize("rate", [160, 905])
def test_a_hiccup_hides_nothing_above(rate: float) -> None:
    server = Server(1000, hiccups={rate})
    top = best(find_ceiling(server.measure, 80, precision=1.1))
    assert server.asked.count(rate) == 2
    assert top
    assert top.rate > 900


def test_a_rate_that_fails_is_not_measured_for_ever() -> None:
    server = Server(500)
    find_ceiling(server.measure, 80, precision=1.1)
    assert max(map(server.asked.count, server.asked)) == 2


def test_one_that_carries_nothing_has_no_ceiling() -> None:
    steps = find_ceiling(Server(0).measure, 80, precision=1.1)
    assert best(steps) is None
    assert min(each.rate for each in steps) < 2.5
    assert summary(steps)["deliveries_per_second"] == 0


def test_the_search_stops_where_it_is_told() -> None:
    steps = find_ceiling(Server(float("inf")).measure, 80, precision=1.1, most=1000)
    assert [each.rate for each in steps] == [80, 160, 320, 640]


# What counts as carried

CARRIED: dict[str, Any] = {
    "offered": 100,
    "sent": 400,
    "seconds": 4,
    "late": 0,
    "acknowledged": 400,
    "expected": 200_000,
    "deliveries": 200_000,
    "faults": 0,
    "p99": LATEST_MS - 1,
}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"sent": 380}, "95% sent: the senders waited"),
        ({"sent": 380, "acknowledged": None}, "95% sent: the server took no more"),
        ({"faults": 1}, "1 gaps"),
        ({"acknowledged": 399}, "1 not acknowledged"),
        ({"deliveries": 199_999}, "1 not delivered"),
        ({"p99": LATEST_MS}, "p99 250 ms"),
    ],
)
def test_everything_offered_is_to_be_stored_delivered_and_in_time(change: dict[str, Any], reason: str) -> None:
    assert judge(**CARRIED) == ""
    assert reason in judge(**CARRIED | change)


def test_what_the_generator_was_late_for_is_not_charged_to_the_server() -> None:
    change = {"sent": 390, "late": 10, "acknowledged": 390}
    assert judge(**CARRIED | change) == ""
    assert "sent" in judge(**CARRIED | change | {"sent": 375})


# Runs


def test_a_run_goes_on_in_its_file(tmp_path: Path) -> None:
    first = begin(tmp_path, "a")
    first.record("storm", "daphne-sqlite-1", {"seconds": 3})
    second = begin(tmp_path, "a")
    second.record("storm", "uvicorn-sqlite-1", {"seconds": 2})
    assert Results.read(first.path).parts == {
        "storm": {"daphne-sqlite-1": {"seconds": 3}, "uvicorn-sqlite-1": {"seconds": 2}}
    }


def test_another_run_begins_anew(tmp_path: Path) -> None:
    begin(tmp_path, "a").record("storm", "daphne-sqlite-1", {"seconds": 3})
    assert begin(tmp_path, "a").has("storm", "daphne-sqlite-1")
    assert not begin(tmp_path, "b").has("storm", "daphne-sqlite-1")
    assert not begin(tmp_path, None).has("storm", "daphne-sqlite-1")


@pytest.mark.parametrize("change", [{"commit": "d"}, {"machine": {"processor": "two"}}, {"scale": "quick"}])
def test_a_run_is_of_one_machine_commit_and_scale(tmp_path: Path, change: dict[str, Any]) -> None:
    begin(tmp_path, "a").record("storm", "daphne-sqlite-1", {"seconds": 3})
    begin(tmp_path, "a")
    with pytest.raises(OtherRun):
        begin(tmp_path, "a", **change)


def test_what_failed_is_measured_again(tmp_path: Path) -> None:
    results = begin(tmp_path, "a")
    results.record("storm", "daphne-sqlite-1", {"error": "it fell over"})
    assert not results.has("storm", "daphne-sqlite-1")


def begin(folder: Path, run: str | None, **change: Any) -> Results:
    of: dict[str, Any] = {"scale": "full", "commit": "c", "machine": MACHINE}
    return Results.open(folder / "results.json", run, **of | change)


# Tables


def test_a_ratio_is_of_two_ceilings_of_the_run(tmp_path: Path) -> None:
    results = measured(tmp_path)
    assert ratio(results, "daphne-sqlite-1", "socketio") == 2.5
    assert ratio(results, "daphne-sqlite-1", "ejabberd") is None
    assert ratio(results, "uvicorn-sqlite-1", "socketio") is None


def test_a_target_is_met_or_not_on_its_own_server(tmp_path: Path) -> None:
    results = measured(tmp_path)
    text = report.markdown(results)
    [row] = [line for line in text.splitlines() if line.startswith("| ceiling, × Socket.IO")]
    assert row == "| ceiling, × Socket.IO | ≥ 1.2 / 2.5× | 2.5× ✓ | – |"
    [row] = [line for line in text.splitlines() if line.startswith("| storm")]
    assert row == "| storm, all resumed | ≤ 15 / 10 s | 12 s ✓ | 12 s ✗ |"


def test_a_storm_from_which_not_all_come_back_is_never_in_time(tmp_path: Path) -> None:
    results = measured(tmp_path)
    results.record("storm", "daphne-sqlite-1", {"connections": 1000, "resumed": 999, "seconds": 1.0})
    [row] = [line for line in report.markdown(results).splitlines() if line.startswith("| storm")]
    assert row == "| storm, all resumed | ≤ 15 / 10 s | inf s ✗ | 12 s ✗ |"


def test_every_target_has_a_bound_on_each_server() -> None:
    for target in TARGETS:
        assert target.bounds.keys() == {"daphne", "uvicorn"}
        better = target.bounds["uvicorn"] + (1 if target.more else -1) / 1000
        assert target.is_met(better, "uvicorn-sqlite-1")
        assert not target.is_met(target.bounds["uvicorn"] * (0.9 if target.more else 1.1), "uvicorn-sqlite-1")


def test_what_could_not_run_is_said(tmp_path: Path) -> None:
    assert "| peers | ejabberd | ejabberdctl is not installed |" in report.markdown(measured(tmp_path))


def test_a_peer_that_is_missing_is_not_measured_and_said(tmp_path: Path) -> None:
    results = begin(tmp_path, "a")
    results.record("peers", "ejabberd", {"missing": "ejabberd is not installed"})
    assert not results.has("peers", "ejabberd")
    assert "| peers | ejabberd | ejabberd is not installed |" in report.markdown(results)


def test_every_row_of_a_table_has_its_cells(tmp_path: Path) -> None:
    tables = [block for block in report.markdown(measured(tmp_path)).split("\n\n") if block.startswith("|")]
    assert len(tables) == 4
    for each in tables:
        assert len({line.count("|") for line in each.splitlines()}) == 1


def measured(folder: Path) -> Results:
    results = begin(folder, "a")
    ceilings = {"daphne-sqlite-1": find_ceiling(Server(800).measure, 800, precision=2.5)}
    results.record("ceiling", "daphne-sqlite-1", summary(ceilings["daphne-sqlite-1"]))
    results.record("peers", "socketio", summary([step(320), step(640, failure="p99 900 ms")]))
    results.record("peers", "ejabberd", {"error": "Skipped: …\nejabberdctl is not installed"})
    for server in ("daphne", "uvicorn"):
        results.record("storm", f"{server}-sqlite-1", {"connections": 1000, "resumed": 1000, "seconds": 12.0})
    return results


# Plots


def test_the_plots_of_a_run_are_well_formed(tmp_path: Path) -> None:
    report.write(measured(tmp_path))
    plots = sorted(path.name for path in tmp_path.glob("*.svg"))
    assert plots == ["ceilings.svg", "knees.svg", "latency.svg"]
    for name in plots:
        ElementTree.parse(tmp_path / name)
    assert all(name in (tmp_path / "results.md").read_text() for name in plots)


def test_bars_are_as_long_as_their_values() -> None:
    rects = drawn(plot.bars("A <title> & more", {"one": 10, "two": 40}), "rect")
    widths = [float(rect["width"]) for rect in rects]
    assert widths[1] == pytest.approx(4 * widths[0], rel=0.01)


def test_points_lie_within_the_grid_and_larger_is_further() -> None:
    drawing = plot.lines("p99", {"a": [(1, 3), (1000, 700), (30, 20)]}, limit=250)
    points = [(float(circle["cx"]), float(circle["cy"])) for circle in drawn(drawing, "circle")]
    [frame, *_] = [line for line in drawn(drawing, "line") if line["class"] == "grid"]
    assert all(float(frame["y2"]) <= y <= float(frame["y1"]) for _, y in points)
    assert points[0][0] < points[2][0] < points[1][0]
    assert points[0][1] > points[2][1] > points[1][1]


def test_millions_are_written_out() -> None:
    drawing = plot.lines("p99", {"a": [(1000, 3), (2**21, 700)]})
    assert ">2,097,152<" in drawing
    assert "e+" not in drawing


def test_nothing_measured_draws_nothing() -> None:
    assert drawn(plot.lines("p99", {}), "polyline") == []


def drawn(drawing: str, shape: str) -> list[dict[str, str]]:
    root = ElementTree.fromstring(drawing)
    return [dict(each.attrib) for each in root.iter(f"{{http://www.w3.org/2000/svg}}{shape}")]


# Texts


def test_the_texts_are_like_those_of_a_chat() -> None:
    lines = texts()
    assert len(lines) > 250
    for line in lines:
        assert clean_text(line) == line
        assert len(line) <= TEXT_LENGTH
    for sign in ("\n", "```", "https://", "@user", "**", "🎉", "好"):
        assert any(sign in line for line in lines), sign
