"""The language of the page, as browsers call it."""

from django import template
from django.conf import settings
from django.utils.translation import get_language, to_locale

register = template.Library()


@register.simple_tag
def language_tag() -> str:
    """The language in use as a BCP 47 tag in its usual spelling: `zh-Hans` where Django says `zh-hans`."""
    return to_locale(get_language() or settings.LANGUAGE_CODE).replace("_", "-")
