"""What every page knows."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from chat.models import Site


def site(request: HttpRequest) -> dict[str, Any]:
    """The site's row, read only by pages that show it."""
    return {"site": SimpleLazyObject(Site.load)}
