"""What people may type who mean harm: texts that try to run, and texts that try to be expensive.

`xss.json` is a list of texts. Each row of `explosive.json` is a text of any length: `before`, then `again`
as often as it takes (`%d` counts), then `after`.
"""

import json
from pathlib import Path

from tests.vectors import XSS

_HERE = Path(__file__).parent
SCRIPTS: list[str] = [*XSS, *json.loads((_HERE / "xss.json").read_text(encoding="utf-8"))]
EXPLOSIVE: dict[str, dict[str, str]] = {
    row["name"]: row for row in json.loads((_HERE / "explosive.json").read_text(encoding="utf-8"))
}
LONGEST = 8_000  # characters of a message


def explosive(name: str, length: int = LONGEST) -> str:
    row = EXPLOSIVE[name]
    again, left = row["again"], length - len(row["before"]) - len(row["after"])
    if "%d" in again:
        middle = "".join(again % number for number in range(left // 3))
    else:
        middle = again * (left // len(again) + 1)
    return row["before"] + middle[:left] + row["after"]
