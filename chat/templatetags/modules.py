"""Tells the browser at once which modules the page is made of."""

from functools import lru_cache
from pathlib import Path

from django import template
from django.templatetags.static import static
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

register = template.Library()

STATIC = Path(__file__).parents[1] / "static"
# A classic script that blocks the first paint: preloaded as a module it would be fetched twice.
CLASSIC = "theme.js"


@register.simple_tag
@lru_cache
def preload_modules(folder: str) -> SafeString:
    """A `modulepreload` link for every module under a folder of the static files.

    Without them the browser finds the modules import by import, one round trip for each level.
    """
    paths = (path for path in (STATIC / folder).rglob("*.js") if path.name != CLASSIC)
    modules = sorted(path.relative_to(STATIC).as_posix() for path in paths)
    return format_html_join("\n", '<link rel="modulepreload" href="{}">', ((static(name),) for name in modules))
