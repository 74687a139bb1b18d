"""Whoever chooses another language finds every word in it."""

import gettext
import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.translation import to_locale

CHAT = Path(__file__).parents[1] / "chat"
LOCALE = CHAT / "locale"
JS = CHAT / "static" / "chat" / "js"
TEXT = r'"((?:[^"\\]|\\.)*)"'

LANGUAGES = [code for code, _ in settings.LANGUAGES if code != "en"]


def words_of_the_client() -> dict[str, bool]:
    """Each text in the code to whether it counts something."""
    code = "\n".join(path.read_text() for path in sorted(JS.rglob("*.js")))
    plain = re.findall(rf"\bt\(\s*{TEXT}", code)
    counted = re.findall(rf"\btn\(\s*{TEXT}", code)
    return dict.fromkeys(plain, False) | dict.fromkeys(counted, True)


def catalog_folder(language: str) -> Path:
    return LOCALE / to_locale(language) / "LC_MESSAGES"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_client_speaks_it(language: str) -> None:
    catalog = json.loads((LOCALE / "js" / f"{language}.json").read_text())
    words = words_of_the_client()
    assert "Sending…" in words
    assert catalog.keys() == words.keys()
    for text, counts in words.items():
        entry = catalog[text]
        assert isinstance(entry, dict) == counts, text
        for translation in entry.values() if counts else [entry]:
            assert set(re.findall(r"\{\w+\}", translation)) == set(re.findall(r"\{\w+\}", text)) | (
                {"{n}"} if counts else set()
            ), text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_speak_it(language: str) -> None:
    folder = catalog_folder(language)
    source = (folder / "django.po").read_text()
    with (folder / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    texts = re.findall(rf"^msgid {TEXT}\nmsgstr {TEXT}$", source, re.MULTILINE)
    assert len(texts) > 100
    for text, translation in texts:
        assert text == "" or translation, f"not translated: {text}"
        assert text == "" or compiled.gettext(text) == translation, f"compile the catalog: {text}"


def test_the_pages_texts_are_all_known() -> None:
    templates = CHAT.parent / "templates"
    pages = "\n".join(path.read_text() for path in sorted(templates.rglob("*.html")))
    texts = {a or b for a, b in re.findall(r"""\{% translate (?:"([^"]*)"|'([^']*)')""", pages)}
    assert "Browse rooms" in texts
    for language in LANGUAGES:
        folder = catalog_folder(language)
        known = set(re.findall(rf"^msgid {TEXT}", (folder / "django.po").read_text(), re.MULTILINE))
        assert texts <= known
