"""The page names every module it is made of."""

import re
from pathlib import Path

from django.conf import settings
from django.template import Context, Template

JS = Path(__file__).parents[1] / "chat" / "static" / "chat" / "js"


def test_every_import_is_preloaded() -> None:
    page = Template('{% load modules %}{% preload_modules "chat/js" %}').render(Context())
    preloaded = {re.sub(r".*/chat/js/", "", link) for link in re.findall(r'href="([^"]+)"', page)}
    imported = {
        (path.parent / name).resolve().relative_to(JS).as_posix()
        for path in JS.rglob("*.js")
        for name in re.findall(r'^import .*?from "(\.[^"]+)"', path.read_text(), re.MULTILINE)
    }
    assert "render/dom.js" in imported
    assert imported <= preloaded


def test_modules_are_preloaded_from_the_versioned_folder() -> None:
    page = Template('{% load modules %}{% preload_modules "chat/js" %}').render(Context())
    assert f'href="{settings.STATIC_URL}chat/js/main.js"' in page


def test_the_script_that_is_no_module_is_left_out() -> None:
    page = Template('{% load modules %}{% preload_modules "chat/js" %}').render(Context())
    assert (JS / "theme.js").exists()
    assert "theme.js" not in page
