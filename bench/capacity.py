"""What a site needs at which size, and what comes to its end next: `python -m bench.capacity`.

Computed from the measured figures in docs/bench and an assumed load; every assumption is an option.
`--write docs/scaling.md` puts the tables of the assumptions that are the defaults into the document.
"""

import argparse
import inspect
import os
import re
import sys
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
# The engine's own figures are taken from its modules, which know its models.
django.setup()

from bench import capacity_figures  # noqa: E402
from bench.capacity_load import Load  # noqa: E402
from bench.capacity_shape import Limits  # noqa: E402
from bench.capacity_tables import SIZES, ends, sizes  # noqa: E402

DEFAULTS: list[Load | Limits] = [Load(), Limits()]
# Without a room of everybody.
NO_HALL = {"hall": 0.0}
MARKERS = r"(<!-- capacity: {name} -->\n).*?(<!-- end -->)"


def main(arguments: Sequence[str] | None = None) -> int:
    options = vars(_parser().parse_args(arguments))
    path, server = options.pop("write"), options.pop("server")
    connections = options.pop("connections")
    try:
        load = {name: options[name] for name in _names(Load)}
        limits = Limits(**{name: options[name] for name in _names(Limits)})
        figures = capacity_figures.read(server)
        if path:
            if (load, limits) != (_assumed(), Limits()) or server != capacity_figures.SERVER or connections:
                raise ValueError("a document has the tables of the defaults: --write goes with no other option")
            path.write_text(written(path.read_text(encoding="utf-8")), encoding="utf-8")
        else:
            print(sizes(figures, load, limits, connections or SIZES), ends(figures, load, limits), sep="\n\n")
    except ValueError as error:
        print(f"{error}.", file=sys.stderr)
        return 2
    return 0


def written(document: str) -> str:
    """The document with its tables computed anew. Raises `ValueError` if one has no place in it."""
    figures = capacity_figures.read()
    load, limits = _assumed(), Limits()
    tables = {
        "sizes": sizes(figures, load, limits, SIZES),
        "sizes without a room of everybody": sizes(figures, load | NO_HALL, limits, SIZES),
        "ends": ends(figures, load, limits),
    }
    for name, table in tables.items():
        pattern = MARKERS.format(name=re.escape(name))
        document, places = re.subn(pattern, rf"\g<1>{table}\n\g<2>", document, flags=re.DOTALL)
        if places != 1:
            raise ValueError(f"the document has {places} places for the table {name!r}")
    return document


def _assumed() -> dict[str, Any]:
    return {name: getattr(Load(), name) for name in _names(Load)}


def _names(of: type[Any]) -> list[str]:
    return [field.name for field in fields(of) if field.name != "connections"]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench.capacity",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--connections", type=int, nargs="+", metavar="N", help="one column each")
    parser.add_argument("--server", choices=("daphne", "uvicorn"), default=capacity_figures.SERVER)
    parser.add_argument("--write", type=Path, metavar="PATH", help="put the tables into this document")
    for assumed in DEFAULTS:
        described = inspect.cleandoc(type(assumed).__doc__ or "").removeprefix("Attributes:\n")
        group = parser.add_argument_group(type(assumed).__name__.lower(), described)
        for name in _names(type(assumed)):
            default = getattr(assumed, name)
            group.add_argument(
                f"--{name.replace('_', '-')}", type=type(default), default=default, help=f"default: {default:g}"
            )
    return parser


if __name__ == "__main__":
    sys.exit(main())
