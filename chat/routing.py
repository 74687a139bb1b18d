"""Which socket leads where."""

from collections.abc import Awaitable, Callable
from typing import Any

from channels.routing import URLRouter
from django.urls import path, re_path

from chat.consumers import ChatConsumer


async def refuse(
    scope: Any, receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]
) -> None:
    """Any other address: refused before the upgrade. Without this, the router raises, and answers 500."""
    await receive()
    await send({"type": "websocket.close"})


# Routes to ASGI applications; Django's types know views alone.
routes: list[Any] = [path("ws/", ChatConsumer.as_asgi()), re_path("", refuse)]  # type: ignore[arg-type]
websocket = URLRouter(routes)
