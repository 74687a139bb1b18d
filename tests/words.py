"""What the interface says, collected from the code: the texts that catalogs must translate."""

import ast
import importlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
CHAT = ROOT / "chat"
CATALOGS = CHAT / "locale"
SCRIPTS = CHAT / "static" / "chat" / "js"
# Where refusals are written that people read. Those of the doors answer programs.
REFUSING = [
    "actions",
    "admin",
    "casework",
    "trying.py",
    "histories.py",
    "uploads",
    "access.py",
    "errors.py",
    "ranks.py",
]

STRING = r'"(?:[^"\\]|\\.)+"'
CALL = re.compile(rf"(?<!function )\b(tn?)\(\s*({STRING})?")


def of_the_client() -> dict[str, bool]:
    """Each text of the JavaScript, and each refusal it may have to show, to whether it counts something."""
    texts = dict.fromkeys(of_refusals(), False)
    for path in sorted(SCRIPTS.rglob("*.js")):
        for function, text in CALL.findall(path.read_text(encoding="utf-8")):
            # A text put together at run time could not be found here, and so not in a catalog.
            assert text, f"{path.name}: {function}() takes its text as a literal in double quotes."
            texts[json.loads(text)] = function == "tn"
    return texts


def of_refusals() -> Iterator[str]:
    """The sentences of `Refused` and its like that are known before the code runs."""
    for path in sorted(path for part in REFUSING for path in _modules(CHAT / part)):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        known = vars(importlib.import_module(name))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
                yield from _sentence(ast.unparse(node.func).split(".")[-1], node, known)


def _modules(part: Path) -> list[Path]:
    return sorted(part.rglob("*.py")) if part.is_dir() else [part]


def _sentence(function: str, call: ast.Call, known: dict[str, Any]) -> Iterator[str]:
    if function == "not_found":
        yield str(_value(call, known).message)
    elif function in ("Refused", "UploadRefused") and len(call.args) > 1:
        message = call.args[1]
        # Marked by gettext it is translated by the server.
        if isinstance(message, ast.Constant | ast.JoinedStr) and _is_known(message, known):
            yield str(_value(message, known))


def _is_known(node: ast.expr, known: dict[str, Any]) -> bool:
    return all(each.id in known for each in ast.walk(node) if isinstance(each, ast.Name))


def _value(node: ast.expr, known: dict[str, Any]) -> Any:
    return eval(compile(ast.Expression(node), "<refusal>", "eval"), known)


def placeholders(text: str) -> set[str]:
    """`{name}` of the client, `%(name)s` of the pages."""
    return set(re.findall(r"\{\w+\}|%\(\w+\)s", text))
