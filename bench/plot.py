"""Plots as SVG, readable on light and on dark ground, without a library."""

import math
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

WIDTH, ROW, LABELS = 720, 26, 180
HEIGHT, MARGIN, LEGEND = 360, 52, 200
# Middle tones, which stand out from white and from black alike.
COLOURS = ("#2a78c8", "#d9742b", "#3a9a5b", "#b24fb0", "#a08020", "#cc4455", "#2b9aa0", "#7a7a7a")
STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #333 } .title { font-weight: 600 }
  .grid { stroke: #8884 } .limit { stroke: #c33; stroke-dasharray: 5 4 } polyline { stroke-width: 2 }
  @media (prefers-color-scheme: dark) { text { fill: #ddd } }
"""
STYLE += "".join(f"  .c{number} {{ stroke: {tone}; fill: {tone} }}\n" for number, tone in enumerate(COLOURS))
STYLE += "  polyline[class] { fill: none }\n"


def bars(title: str, values: Mapping[str, float]) -> str:
    """A bar a name, the longest as wide as there is room."""
    most = max(values.values(), default=0) or 1
    room = WIDTH - LABELS - 90
    parts = [f'<text class="title" x="8" y="20">{escape(title)}</text>']
    for number, (name, value) in enumerate(values.items()):
        top, width, colour = 34 + number * ROW, value / most * room, number % len(COLOURS)
        parts += [
            f'<text x="{LABELS - 8}" y="{top + 15}" text-anchor="end">{escape(name)}</text>',
            f'<rect class="c{colour}" x="{LABELS}" y="{top + 3}" width="{width:.1f}" height="{ROW - 8}"/>',
            f'<text x="{LABELS + width + 6:.1f}" y="{top + 15}">{value:,.0f}</text>',
        ]
    return _svg(40 + len(values) * ROW, parts)


def lines(title: str, series: Mapping[str, Sequence[tuple[float, float]]], limit: float | None = None) -> str:
    """A line a name, both scales logarithmic; `limit` is drawn as a dashed line. Points must be positive."""
    points = [point for line in series.values() for point in line]
    parts = [f'<text class="title" x="8" y="20">{escape(title)}</text>']
    if points:
        across = _Scale([x for x, _ in points], MARGIN, WIDTH - LEGEND)
        up = _Scale([y for _, y in points] + ([limit] if limit else []), HEIGHT - 30, 40)
        parts += _grid(across, up)
        if limit:
            parts.append(_line("limit", across.start, up(limit), across.end, up(limit)))
        for number, (name, line) in enumerate(series.items()):
            parts += _series(name, number, [(across(x), up(y)) for x, y in line])
    return _svg(HEIGHT, parts)


class _Scale:
    """From whole powers of two around the values to a range of pixels."""

    def __init__(self, values: Sequence[float], start: float, end: float) -> None:
        self.start, self.end = start, end
        self.low = math.floor(math.log2(min(values)))
        self.high = max(math.ceil(math.log2(max(values))), self.low + 1)

    def __call__(self, value: float) -> float:
        return self.start + (math.log2(value) - self.low) / (self.high - self.low) * (self.end - self.start)

    def marks(self) -> list[float]:
        # Six at most, or the labels run into each other.
        step = math.ceil((self.high - self.low) / 6)
        return [2.0**power for power in range(self.low, self.high + 1, step)]


def _grid(across: _Scale, up: _Scale) -> list[str]:
    parts = []
    for mark in across.marks():
        parts += [
            _line("grid", across(mark), up.start, across(mark), up.end),
            f'<text x="{across(mark):.1f}" y="{up.start + 18:.1f}" text-anchor="middle">{mark:,.10g}</text>',
        ]
    for mark in up.marks():
        parts += [
            _line("grid", across.start, up(mark), across.end, up(mark)),
            f'<text x="{across.start - 6:.1f}" y="{up(mark) + 4:.1f}" text-anchor="end">{mark:,.10g}</text>',
        ]
    return parts


def _series(name: str, number: int, line: Sequence[tuple[float, float]]) -> list[str]:
    colour = f"c{number % len(COLOURS)}"
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in line)
    top = 44 + number * 20
    return [
        f'<polyline class="{colour}" points="{path}"/>',
        *(f'<circle class="{colour}" cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in line),
        f'<rect class="{colour}" x="{WIDTH - LEGEND + 16}" y="{top - 9}" width="10" height="10"/>',
        f'<text x="{WIDTH - LEGEND + 32}" y="{top}">{escape(name)}</text>',
    ]


def _line(kind: str, x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _svg(height: int, parts: Sequence[str]) -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">'
    return "\n".join([head, f"<style>{STYLE}</style>", *parts, "</svg>", ""])
