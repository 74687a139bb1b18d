"""Django admin: a window for the site's staff. Nothing is written here, because writes go through actions."""

from . import messages, people, rooms

__all__ = ["messages", "people", "rooms"]
