"""The search for the highest load that is carried in full and in time. Pure: it is given a way to measure."""

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

LATEST_MS = 250.0  # p99 of send → seen; later than this, people notice
# A sender with fifty posts that wait for an answer holds back: what it then sends is not the rate that was asked.
OFFERED_SHARE = 0.97


@dataclass(frozen=True)
class Step:
    """One rate, offered for some seconds.

    Attributes:
        rate: messages/s that were offered.
        deliveries: deliveries/s that arrived.
        p50: milliseconds from send to seen; `p99` likewise.
        failure: why this rate was too much, empty if it was carried.
        server_share: how much of its core the server took, 0 to 1; `load_share` likewise for the generator.
    """

    rate: float
    deliveries: float
    p50: float
    p99: float
    failure: str
    server_share: float
    load_share: float


def find_ceiling(
    measure: Callable[[float], Step], start: float, *, precision: float, least: float = 1, most: float = 50_000
) -> list[Step]:
    """All steps of the search, by rate: doubled until one fails, then halved on the scale of logarithms.

    A failure is measured twice, because a hiccup of the machine would hide all that lies above; the better attempt
    counts. Ends when the lowest failure is within `precision` (1.1: ten per cent) of the
    highest success, or the rate leaves `least` … `most` messages/s.
    """
    steps: dict[float, Step] = {}
    carried = failed = None
    rate = _rounded(start)
    while rate not in steps and least <= rate <= most:
        step = measure(rate)
        if step.failure:
            step = min(step, measure(rate), key=lambda attempt: (bool(attempt.failure), attempt.p99))
        steps[rate] = step
        if step.failure:
            failed = rate
        else:
            carried = rate
        if failed is None:
            rate = _rounded(rate * 2)
        elif carried is None:
            rate = _rounded(rate / 2)
        elif failed / carried > precision:
            rate = _rounded(math.sqrt(carried * failed))
    return [steps[rate] for rate in sorted(steps)]


def summary(steps: list[Step]) -> dict[str, Any]:
    """The ceiling (0 if no rate was carried) and the curve, as they are kept."""
    top = best(steps)
    return {
        "deliveries_per_second": round(top.deliveries) if top else 0,
        "messages_per_second": top.rate if top else 0,
        "steps": [asdict(step) for step in steps],
    }


def best(steps: list[Step]) -> Step | None:
    """The highest rate that was carried; its deliveries/s are the ceiling. None if no rate was."""
    carried = [step for step in steps if not step.failure]
    return max(carried, key=lambda step: step.rate, default=None)


def judge(
    *,
    offered: float,
    sent: int,
    seconds: float,
    late: int,
    acknowledged: int | None,
    expected: int,
    deliveries: int,
    faults: int,
    p99: float,
) -> str:
    """Why a measurement does not count as carried, or nothing.

    Args:
        offered: messages/s that were asked of the generator, over `seconds`.
        late: messages of them that the generator itself was too late for.
        acknowledged: None where the protocol acknowledges nothing.
        expected: deliveries that all of `sent` make.
        faults: gaps, refusals, closed sockets and errors together.
    """
    due = offered * seconds - late
    if sent < due * OFFERED_SHARE:
        why = "the server took no more" if acknowledged is None else "the senders waited for answers"
        return f"{sent / due:.0%} sent: {why}"
    if faults:
        return f"{faults} gaps, refusals, closes or errors"
    if acknowledged is not None and acknowledged < sent:
        return f"{sent - acknowledged} not acknowledged"
    if deliveries < expected:
        return f"{expected - deliveries} not delivered in time"
    if p99 >= LATEST_MS:
        return f"p99 {p99:.0f} ms"
    return ""


def _rounded(rate: float) -> float:
    """Three digits: rates that can be quoted, and the same ones in every run."""
    return float(f"{rate:.3g}")
