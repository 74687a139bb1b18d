"""Each request has an id, is counted, and leaves a line in the log where `chat.http` is heard."""

import logging
import re
import time
from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from chat.ids import new_id, request_id
from chat.metrics import REQUEST, REQUESTS

logger = logging.getLogger("chat.http")

HARMLESS = re.compile(r"[A-Za-z0-9-]{8,64}")
# Whatever else a client makes up would be one more line in the metrics each.
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
STATIC, UNKNOWN = "static", "unknown"
# Asked every few seconds, by machines.
UNLOGGED = {STATIC, "healthz", "readyz", "metrics"}


class WatchingMiddleware:
    """The outermost: it sees static files, and what others refuse."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        if self.is_async:
            return self._answer(request)
        started = _begin(request)
        return _end(request, self.get_response(request), started)

    async def _answer(self, request: HttpRequest) -> HttpResponseBase:
        started = _begin(request)
        return _end(request, await self.get_response(request), started)


def _begin(request: HttpRequest) -> float:
    given = request.headers.get("X-Request-ID", "")
    # Only a proxy of the site's own may name it: a stranger could make a line look like another's.
    trusted = settings.ALLAUTH_TRUSTED_PROXY_COUNT and HARMLESS.fullmatch(given)
    request_id.set(given if trusted else new_id())
    return time.perf_counter()


def _end(request: HttpRequest, response: HttpResponseBase, started: float) -> HttpResponseBase:
    seconds = time.perf_counter() - started
    method = request.method if request.method in METHODS else "other"
    route = _route(request)
    REQUESTS.labels(method, route, response.status_code).inc()
    REQUEST.labels(method, route).observe(seconds)
    if route not in UNLOGGED and logger.isEnabledFor(logging.INFO):
        milliseconds = round(seconds * 1000, 1)
        fields = {"method": method, "route": route, "status": response.status_code, "milliseconds": milliseconds}
        logger.info("%s %s: %d", method, route, response.status_code, extra={"fields": fields})
    response.headers["X-Request-ID"] = request_id.get()
    return response


def _route(request: HttpRequest) -> str:
    """The pattern and never the path, which can hold the name of a file, a token, or anything at all."""
    if request.resolver_match is not None:
        return request.resolver_match.route or "/"
    return STATIC if request.path_info.startswith(settings.STATIC_URL) else UNKNOWN
