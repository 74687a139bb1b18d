"""The doors without a WebSocket, over the same hub: long polling and server-sent events."""

from .polling import poll
from .streaming import stream

__all__ = ["poll", "stream"]
