#!/usr/bin/env python
"""The door for operators: every command runs as `manage.py <command>`."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db import OperationalError

    # A wrong setting is the operator's to mend: a sentence helps, a traceback does not.
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"chatsite: {error}")
    except OperationalError as error:
        sys.exit(f"chatsite: DATABASE_URL: the database does not serve ({str(error).strip().splitlines()[0]}).")


if __name__ == "__main__":
    main()
