"""What was measured, in one file that belongs to one run."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Outcome = dict[str, Any]


def unmeasured(outcome: Outcome) -> str:
    """Why there is no figure: an error, or a peer that is not installed; empty if there is one."""
    return str(outcome.get("error") or outcome.get("missing") or "")


class OtherRun(Exception):
    """The file is of another machine or commit: a ratio over both would compare two different things."""


@dataclass
class Results:
    """`parts[part][name]` is what a part found for a set-up or a peer; `scale` is quick or full."""

    path: Path
    run: str
    scale: str
    commit: str
    machine: dict[str, str]
    started: str
    parts: dict[str, dict[str, Outcome]] = field(default_factory=dict)

    @classmethod
    def open(cls, path: Path, run: str | None, *, scale: str, commit: str, machine: dict[str, str]) -> "Results":
        """Go on with the run in the file if it is `run`, else begin a new one in its place.

        Raises `OtherRun` if the run named was made by another commit, on another machine or at another scale.
        """
        now = datetime.now(UTC)
        fresh = cls(path, run or f"{now:%Y%m%d-%H%M%S}", scale, commit, machine, f"{now:%Y-%m-%d %H:%M} UTC")
        if run is None or not path.exists() or (found := cls.read(path)).run != run:
            return fresh
        if (found.commit, found.machine, found.scale) != (commit, machine, scale):
            raise OtherRun(f"Run {run} is {found.scale}, of commit {found.commit}, or of another machine.")
        return found

    @classmethod
    def read(cls, path: Path) -> "Results":
        content: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return cls(path=path, **content)

    def has(self, part: str, name: str) -> bool:
        """Whether this was measured without an error."""
        found = self.parts.get(part, {}).get(name)
        return found is not None and not unmeasured(found)

    def record(self, part: str, name: str, outcome: Outcome) -> None:
        """Keep it, and write the file at once: a run may be broken off at any time."""
        self.parts.setdefault(part, {})[name] = outcome
        content = {
            "run": self.run,
            "scale": self.scale,
            "commit": self.commit,
            "machine": self.machine,
            "started": self.started,
            "parts": self.parts,
        }
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
