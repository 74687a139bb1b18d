"""The tables of the report, each empty if nothing of it was measured."""

from collections.abc import Iterable, Sequence

from bench.results import Outcome, Results, unmeasured
from bench.targets import TARGETS, Target, outcome, ratio

PEERS = {"socketio": "Socket.IO", "tutorial": "Channels tutorial", "ejabberd": "ejabberd"}


def verdicts(results: Results) -> str:
    setups = [setup for setup in _setups(results) if setup.endswith("-1")]
    rows = [
        [
            target.figure,
            _bounds(target),
            *(_verdict(target, results, setup) for setup in setups),
        ]
        for target in TARGETS
    ]
    return table(["figure", "Daphne / uvicorn", *setups], rows) if setups else ""


def _bounds(target: Target) -> str:
    both = " / ".join(f"{bound:g}" for bound in target.bounds.values())
    return f"{'≥' if target.more else '≤'} {both}{target.unit}"


def _verdict(target: Target, results: Results, setup: str) -> str:
    value = target.read(results, setup)
    return "–" if value is None else f"{value:.3g}{target.unit} {'✓' if target.is_met(value, setup) else '✗'}"


def _setups(results: Results) -> list[str]:
    return list(dict.fromkeys(name for part, found in results.parts.items() if part != "peers" for name in found))


def ceilings(results: Results) -> str:
    rows = []
    for part in ("ceiling", "peers"):
        for name, found in measured(results, part):
            carried = [step for step in found["steps"] if not step["failure"]]
            failed = [step for step in found["steps"] if step["failure"]]
            top = carried[-1] if carried else None
            ratios = [ratio(results, name, peer) if part == "ceiling" else None for peer in PEERS]
            rows.append(
                [
                    PEERS.get(name, name),
                    f"{found['deliveries_per_second']:,}",
                    f"{found['messages_per_second']:g}",
                    f"{top['p50']:.0f} / {top['p99']:.0f}" if top else "–",
                    *(f"{value:.2f}×" if value else "–" for value in ratios),
                    f"{top['server_share']:.0%} / {top['load_share']:.0%}" if top else "–",
                    failed[0]["failure"] if failed else "–",
                ]
            )
    head = ["", "deliveries/s", "messages/s", "p50 / p99 ms", *(f"× {peer}" for peer in PEERS.values())]
    return table([*head, "core of server / load", "the next rate failed by"], rows)


def latencies(results: Results) -> str:
    found = measured(results, "latency")
    rates = list(dict.fromkeys(rate for _, rates in found for rate in rates))
    return table(["", *rates], [[name, *(_seen(at[rate]) for rate in rates)] for name, at in found])


def crowds(results: Results) -> str:
    rows = [
        [name, *(f"{at['deliveries_per_second']:,.0f}, {_seen(at)}" for at in found.values())]
        for name, found in measured(results, "crowds")
    ]
    return table(["", "one large room", "many rooms of five"], rows)


def _seen(at: Outcome) -> str:
    lost = "" if at["deliveries"] >= at["expected"] else f" ({at['deliveries'] / at['expected']:.0%} in time)"
    return f"{at['p50_ms']:.1f} / {at['p99_ms']:.1f}{lost}"


def connections(results: Results) -> str:
    storms = dict(measured(results, "storm"))
    memory = dict(measured(results, "memory"))
    rows = [
        [
            name,
            ", ".join(
                f"{at['kib_per_connection']} at {int(count):,}" for count, at in memory.get(name, {}).items()
            ),
            f"{storms[name]['resumed']:,} in {storms[name]['seconds']:.1f} s" if name in storms else "–",
        ]
        for name in dict.fromkeys([*memory, *storms])
    ]
    return table(["", "KiB of an idle one", "dropped at once and resumed"], rows)


def openings(results: Results) -> str:
    found = measured(results, "opening")
    ways = list(dict.fromkeys(way for _, ways in found for way in ways))
    rows = [
        [name, *(f"{at[way]['short_ms']} / {at[way]['long_ms']} ({at[way]['ratio']}×)" for way in ways)]
        for name, at in found
    ]
    return table(["", *ways], rows)


def costs(results: Results) -> str:
    rows = [
        [
            name,
            f"{at['alone_us']:,.0f}",
            f"{at['long_history_us']:,.0f} ({at['long_history_ratio']}×)",
            f"{at['idle_crowd_us']:,.0f} ({at['idle_crowd_ratio']}×)",
            f"{at['idle_crowd_share']:.0%}",
        ]
        for name, at in measured(results, "cost")
    ]
    return table(
        ["", "short history", "long history", "beside an idle crowd", "core the crowd takes by itself"], rows
    )


def pages(results: Results) -> str:
    found = measured(results, "pages")
    paths = list(dict.fromkeys(path for _, paths in found for path in paths))
    rows = [
        [
            name,
            *(
                f"{at[path]['requests_per_second']:,.0f} ({at[path]['p50_ms']:.1f} / {at[path]['p99_ms']:.1f})"
                for path in paths
            ),
        ]
        for name, at in found
    ]
    return table(["", *(f"`{path}`" for path in paths)], rows)


def failures(results: Results) -> str:
    rows = [
        [part, name, why.strip().splitlines()[-1][:200]]
        for part, outcomes in results.parts.items()
        for name, found in outcomes.items()
        if (why := unmeasured(found))
    ]
    return table(["part", "of", "why"], rows)


def measured(results: Results, part: str) -> list[tuple[str, Outcome]]:
    return [(name, found) for name in results.parts.get(part, {}) if (found := outcome(results, part, name))]


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; empty without rows."""
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([f"| {' | '.join(head)} |", f"|{'---|' * len(head)}", *lines]) if lines else ""
