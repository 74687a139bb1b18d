"""What is answered when something is wrong: JSON below /api/, a page elsewhere."""

import math
import sys
from collections.abc import Iterable

from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from chat.errors import Refused

STATUS = {
    "invalid": 400,
    "unknown_type": 400,
    "signed_out": 401,
    "forbidden": 403,
    "muted": 403,
    "not_found": 404,
    "conflict": 409,
    "archived": 409,
    "too_large": 413,
    "rate_limited": 429,
    "slow_mode": 429,
    "unavailable": 503,
}


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The page asks nothing of the request, whose Host may be what is wrong with it."""
    refusal = Refused("invalid", _("The server could not read this request."))
    if _wants_json(request):
        return _answer_json(refusal, status=400)
    return HttpResponse(render_to_string("refused.html", {"status": 400, "message": refusal.message}), status=400)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return refuse(
        request,
        Refused("forbidden", _("This form is too old, or cookies are blocked. Reload the page and try again.")),
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return refuse(request, Refused("forbidden", _("You may not do this.")))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return refuse(request, Refused("not_found", _("There is nothing here, or nothing that you may see.")))


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return refuse(request, Refused("rate_limited", _("Too many tries. Wait a few minutes, then try again.")))


def failed(request: HttpRequest) -> HttpResponse:
    """Something broke. The page asks nothing of the database, which may be what broke."""
    if _wants_json(request):
        # The session is read before any view can answer for a database that is away.
        away = isinstance(sys.exception(), DatabaseError | InterfaceError)
        refusal = Refused("unavailable", "The server could not do this. Try again.")
        return _answer_json(refusal, status=503 if away else 500)
    return HttpResponse(render_to_string("500.html"), status=500)


def wrong_method(allowed: Iterable[str]) -> HttpResponse:
    """For the API alone: this address knows other methods."""
    response = _answer_json(Refused("invalid", "This address does not know this method."), status=405)
    response["Allow"] = ", ".join(allowed)
    return response


def refuse(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """Turn a refusal into an answer of the kind the caller reads."""
    status = STATUS.get(refusal.code, 400)
    if _wants_json(request):
        return _answer_json(refusal, status)
    return render(request, "refused.html", {"status": status, "message": refusal.message}, status=status)


def _wants_json(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def _answer_json(refusal: Refused, status: int) -> JsonResponse:
    error: dict[str, object] = {"code": refusal.code, "message": refusal.message}
    if refusal.retry_after is not None:
        error["retry_after"] = refusal.retry_after
    response = JsonResponse({"error": error}, status=status)
    if refusal.retry_after is not None:
        # The header knows whole seconds only.
        response["Retry-After"] = str(math.ceil(refusal.retry_after))
    return response
