"""Brings the catalogs of chat/locale up to date with what the code says, and compiles them.

New texts stand there untranslated, texts that are gone are taken out. Run `bin/messages` after a change of words,
translate what is empty, and run it again. Needs GNU gettext.
"""

import json
import os
import re
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command
from django.utils.translation import to_locale

from tests import words

PLACES = {"ignore_patterns": ["node_modules", ".venv", "tests", "var", "bench"]}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
    django.setup()
    for language, _ in settings.LANGUAGES:
        if language != settings.LANGUAGE_CODE:
            collect_for_pages(to_locale(language))
            collect_for_client(words.CATALOGS / "js" / f"{language}.json")


def collect_for_pages(locale: str) -> None:
    call_command(
        "makemessages", locale=[locale], no_location=True, no_wrap=True, no_obsolete=True, verbosity=0, **PLACES
    )
    drop_date(words.CATALOGS / locale / "LC_MESSAGES" / "django.po")
    call_command("compilemessages", locale=[locale], verbosity=0, **PLACES)


def drop_date(catalog: Path) -> None:
    """The date of the last run would change the file each time."""
    text = re.sub(r'"(POT-Creation-Date|Report-Msgid-Bugs-To): .*\n', "", catalog.read_text(encoding="utf-8"))
    catalog.write_text(text, encoding="utf-8")


def collect_for_client(catalog: Path) -> None:
    known = json.loads(catalog.read_text(encoding="utf-8")) if catalog.exists() else {}
    texts = sorted(words.of_the_client().items(), key=lambda entry: (entry[1], entry[0]))
    entries = {text: known.get(text, {"other": ""} if counts else "") for text, counts in texts}
    catalog.write_text(json.dumps(entries, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
