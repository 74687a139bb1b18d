"""How much work a text makes for the parser, known before it is parsed.

The parser is linear, but slow per marker, and its thread is shared: a message made of nothing but brackets
would hold up everybody else's.
"""

import re

from markdown_it.rules_block import StateBlock, table

# One unit is about 5 microseconds of parsing: all that is allowed stays below 50 ms a message.
_MOST_EFFORT = 5_000
_COSTS = {"\n": 5, "[": 4, "@": 4, "://": 4, "www.": 4}
_MARKER = re.compile(r"[!#&*<>:\\\]^_`|~+=-]")
_MOST_CELLS = 1_500


def is_laborious(text: str) -> bool:
    """Whether parsing would take too long; what people write by hand is far below."""
    if len(text) * max(_COSTS.values()) <= _MOST_EFFORT:
        return False
    effort = sum(text.count(marker) * cost for marker, cost in _COSTS.items())
    return effort > _MOST_EFFORT or effort + len(_MARKER.findall(text)) > _MOST_EFFORT


def small_table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """The parser's rule for tables, less those that are large: short rows are filled up with empty cells."""
    if silent:
        return table(state, start, end, True)
    if not table(state, start, end, True):
        return False
    columns = state.getLines(start + 1, start + 2, 0, False).count("|") + 1
    spent = state.env.get("cells", 0)
    blank = (line for line in range(start, min(end, start + _MOST_CELLS)) if state.isEmpty(line))
    cells: int = spent + columns * (next(blank, end) - start)
    if cells > _MOST_CELLS:
        return False
    state.env["cells"] = cells
    return table(state, start, end, False)
