"""What the scripts in bin/ ask: `python -m tests.services find-browser`, `… with-postgres COMMAND…`."""

import sys

from tests.services.browser import system_browser
from tests.services.postgres import run_with_postgres


def main(arguments: list[str]) -> int:
    match arguments:
        case ["find-browser"]:
            print(path := system_browser())
            return 0 if path else 1
        case ["with-postgres", *command] if command:
            return run_with_postgres(command)
        case _:
            print(__doc__, file=sys.stderr)
            return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
