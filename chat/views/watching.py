"""Each request has an id, is counted, and leaves a line in the log where `chat.http` is heard."""

import logging
import re
import time
from functools import partial

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from chat.ids import new_id, request_id
from chat.metrics import REQUEST, REQUESTS

from .middleware import EitherMiddleware, Finish

logger = logging.getLogger("chat.http")

HARMLESS = re.compile(r"[A-Za-z0-9-]{8,64}")
# Whatever else a client makes up would be one more line in the metrics each.
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
STATIC, UNKNOWN = "static", "unknown"
# Asked every few seconds, by machines.
UNLOGGED = {STATIC, "healthz", "readyz", "metrics"}


class WatchingMiddleware(EitherMiddleware):
    """The outermost: it sees static files, and what others refuse."""

    def begin(self, request: HttpRequest) -> Finish:
        return partial(_end, request, _begin(request))


def _begin(request: HttpRequest) -> float:
    given = request.headers.get("X-Request-ID", "")
    # Only a proxy of the site's own may name it: a stranger could make a line look like another's.
    trusted = settings.ALLAUTH_TRUSTED_PROXY_COUNT and HARMLESS.fullmatch(given)
    request_id.set(given if trusted else new_id())
    return time.perf_counter()


def _end(request: HttpRequest, started: float, response: HttpResponseBase) -> HttpResponseBase:
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
