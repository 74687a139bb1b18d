"""Is the process alive, and can it serve? Asked by containers and load balancers."""

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse

from chat.live import engine as engines


def alive(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


def ready(request: HttpRequest) -> JsonResponse:
    """200 when the database answers. Without Redis people still talk, only later: that is said, not failed."""
    database = _ask_database()
    body = {"status": "ok" if database == "ok" else "unavailable", "database": database, "redis": _ask_redis()}
    return JsonResponse(body, status=200 if database == "ok" else 503)


def _ask_database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "away"
    return "ok"


def _ask_redis() -> str:
    if not settings.REDIS_URL:
        return "not used"
    client = redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1)
    try:
        client.ping()
    except redis.RedisError:
        return "away"
    finally:
        client.close()
    return "ok"


def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus' text form, for this machine alone: a proxy in front adds the header that shuts it."""
    if request.META.get("REMOTE_ADDR") not in ("127.0.0.1", "::1") or "HTTP_X_FORWARDED_FOR" in request.META:
        raise Http404
    engine = engines.current()
    values = {}
    if engine is not None:
        values = {
            "chat_connections": len(engine.hub.connections),
            "chat_rooms_followed": len(engine.hub.feeds),
            "chat_windows_full": len(engine.hub.stalled),
            "chat_gaps_healed_total": engine.hub.healed,
            "chat_layer_failures_total": engine.link.failures if engine.link else 0,
            "chat_layer_dropped_total": engine.link.dropped if engine.link else 0,
        }
    lines = "".join(f"{name} {value}\n" for name, value in values.items())
    return HttpResponse(lines, content_type="text/plain; version=0.0.4; charset=utf-8")
