"""Rules of the design that no other tool holds: see docs/architecture.md."""

import ast
from collections.abc import Iterator
from pathlib import Path

CHAT = Path(__file__).parent.parent / "chat"
# Rows are written by actions, which alone give ticks.
WRITES = {"create", "bulk_create", "bulk_update", "update", "delete", "get_or_create", "update_or_create", "save"}
READERS = (
    "consumers.py",
    "commands.py",
    "access.py",
    "sync.py",
    "snapshots.py",
    "encoding.py",
    "live",
    "api",
    "admin",
)


def test_no_module_is_longer_than_300_lines() -> None:
    long = {path.name: len(path.read_text().splitlines()) for path, _ in _modules(CHAT)}
    assert {name: lines for name, lines in long.items() if lines > 300} == {}


def test_no_signals() -> None:
    for path, tree in _modules(CHAT):
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                assert "signals" not in (node.module or ""), path
                assert not {alias.name for alias in node.names} & {"receiver", "Signal"}, path


def test_doors_and_readers_write_no_rows() -> None:
    for start in READERS:
        for path, tree in _modules(CHAT / start):
            for node in ast.walk(tree):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                    of_rows = any(
                        isinstance(inner, ast.Attribute) and inner.attr == "objects"
                        for inner in ast.walk(node.func)
                    )
                    assert not (of_rows and node.func.attr in WRITES), f"{path}:{node.lineno}"


def _modules(start: Path) -> Iterator[tuple[Path, ast.Module]]:
    paths = sorted(start.rglob("*.py")) if start.is_dir() else [start]
    for path in paths:
        if "migrations" not in path.parts:
            yield path, ast.parse(path.read_text())
