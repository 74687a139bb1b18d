#!/usr/bin/env python
"""The door for operators: every command runs as `manage.py <command>`."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        # A wrong setting is the operator's to mend: a sentence helps, a traceback does not.
        sys.exit(f"chatsite: {error}")


if __name__ == "__main__":
    main()
