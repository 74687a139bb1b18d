#!/usr/bin/env python
"""The door for operators: every command runs as `manage.py <command>`."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db import Error as DatabaseFailure

    from chatsite.databases import without_pools

    # A wrong setting is the operator's to mend: a sentence helps, a traceback does not.
    try:
        if sys.argv[1:2] != ["serve"]:
            without_pools(settings.DATABASES)
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"chatsite: {error}")
    except DatabaseFailure as error:
        if "--traceback" in sys.argv:
            raise
        reason = str(error).strip().splitlines()[0]
        sys.exit(f"chatsite: DATABASE_URL: the database does not serve ({reason}). manage.py doctor says more.")


if __name__ == "__main__":
    main()
