"""What Prometheus asks of each process."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from prometheus_client import Info
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

# Registers what the engine counts.
import chat.live.report  # noqa: F401
from chat.metrics import REGISTRY

Info("chat_build", "The version that runs, and its server.", registry=REGISTRY).info(
    {"version": settings.VERSION, "server": settings.CHAT_SERVER}
)


@never_cache
def show(request: HttpRequest) -> HttpResponse:
    """For this machine, or with METRICS_TOKEN; to others it is not there."""
    if not (_has_token(request) or _is_local(request)):
        raise Http404
    return HttpResponse(generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)


def _has_token(request: HttpRequest) -> bool:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    expected = settings.METRICS_TOKEN
    return bool(expected) and scheme.lower() == "bearer" and constant_time_compare(token, expected)


def _is_local(request: HttpRequest) -> bool:
    """A proxy in front adds the header, wherever it runs."""
    return request.META.get("REMOTE_ADDR") in ("127.0.0.1", "::1") and "HTTP_X_FORWARDED_FOR" not in request.META
