"""Is the process alive, and can it serve? Asked by containers and load balancers."""

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse

from chat.live import engine as engines


def alive(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


def ready(request: HttpRequest) -> JsonResponse:
    """200 when the database answers and the process is not about to end. Without Redis people still talk, only
    later: that is said, not failed."""
    engine = engines.current()
    if engine is not None and engine.closing:
        return JsonResponse({"status": "stopping"}, status=503)
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
    if not settings.REDIS_URLS:
        return "not used"
    return "ok" if all(map(_answers, settings.REDIS_URLS)) else "away"


def _answers(url: str) -> bool:
    client = redis.Redis.from_url(url, socket_connect_timeout=1, socket_timeout=1)
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()
