"""The results as Markdown tables and plots."""

from bench import plot, tables
from bench.ceiling import LATEST_MS
from bench.results import Outcome, Results

QUICK = "**A quick run shows that everything works. It is too short and too small to tell how fast.**"


def markdown(results: Results) -> str:
    """Every figure of the run, under its commit and machine."""
    machine = ", ".join(f"{name} {value}" for name, value in results.machine.items())
    sections = [
        f"# Benchmark, run {results.run}",
        f"Commit {results.commit}, {results.started}, {results.scale} scale. {machine}.",
        "Set-ups are named by server, storage and number of processes.",
        *([QUICK] if results.scale == "quick" else []),
        *_section("Against the design", tables.verdicts(results)),
        *_section(f"Ceilings: everything delivered, p99 < {LATEST_MS:.0f} ms", tables.ceilings(results)),
        *_section("Send → seen, p50 / p99 in ms, by messages/s", tables.latencies(results)),
        *_section("Crowds: deliveries/s, p50 / p99 in ms", tables.crowds(results)),
        *_section("Connections", tables.connections(results)),
        *_section("Opening a room: a short one / a long one, in ms", tables.openings(results)),
        *_section("CPU of server, PostgreSQL and Redis for a message to 100, in µs", tables.costs(results)),
        *_section("Requests/s (p50 / p99 in ms)", tables.pages(results)),
        *_section("Not run", tables.failures(results)),
    ]
    return "\n\n".join(sections) + "\n"


def write(results: Results) -> None:
    """`results.md` and the plots, beside `results.json`."""
    folder = results.path.parent
    ceilings = {name: found["deliveries_per_second"] for name, found in tables.measured(results, "ceiling")}
    ceilings |= {
        tables.PEERS[name]: found["deliveries_per_second"] for name, found in tables.measured(results, "peers")
    }
    knees = {
        name: _curve(found["steps"]) for name, found in tables.measured(results, "ceiling") if name.endswith("-1")
    }
    knees |= {tables.PEERS[name]: _curve(found["steps"]) for name, found in tables.measured(results, "peers")}
    latencies = {
        name: [(float(rate), at["p99_ms"]) for rate, at in found.items() if at["p99_ms"]]
        for name, found in tables.measured(results, "latency")
        if name.endswith("-1")
    }
    plots = {
        "ceilings": plot.bars("Ceiling, deliveries/s", ceilings),
        "knees": plot.lines("p99 of send → seen, ms, by deliveries/s offered", knees, limit=LATEST_MS),
        "latency": plot.lines("p99 of send → seen in a room of 100, ms, by messages/s", latencies),
    }
    for name, drawing in plots.items():
        (folder / f"{name}.svg").write_text(drawing, encoding="utf-8")
    images = "\n\n".join(f"![{name}]({name}.svg)" for name in plots)
    (folder / "results.md").write_text(f"{markdown(results)}\n{images}\n", encoding="utf-8")


def _section(title: str, content: str) -> list[str]:
    return [f"## {title}", content] if content else []


def _curve(steps: list[Outcome]) -> list[tuple[float, float]]:
    """By what was offered: beyond the knee, deliveries stay behind and only the delay grows."""
    carried = max((step["deliveries"] / step["rate"] for step in steps if not step["failure"]), default=0)
    return [(step["rate"] * carried, step["p99"]) for step in steps if carried and step["p99"]]
