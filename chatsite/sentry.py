"""Errors to Sentry, for who has one: what broke, and where. Never what people wrote, or who they are."""

import logging
from typing import Any

import sentry_sdk
from django.core.exceptions import ImproperlyConfigured
from sentry_sdk.integrations import Integration
from sentry_sdk.integrations.atexit import AtexitIntegration
from sentry_sdk.integrations.dedupe import DedupeIntegration
from sentry_sdk.integrations.excepthook import ExcepthookIntegration
from sentry_sdk.integrations.logging import LoggingIntegration
from sentry_sdk.types import Event, Hint
from sentry_sdk.utils import BadDsn, Dsn

from chat.ids import connection_id, request_id

# Nothing else leaves: no request, no user, no breadcrumbs, no arguments of the line that was logged.
KEPT = (
    "event_id", "timestamp", "platform", "level", "logger", "release", "environment", "server_name", "sdk",
    "exception",
)  # fmt: skip
# Whose lines are written as they stand in the code, with places for what belongs there.
LITERAL = ("chat", "django")


def start(dsn: str, *, release: str, **options: Any) -> None:
    """Report what is logged as an error, and what ends the process.

    Raises:
        ImproperlyConfigured: `dsn` is none.
    """
    try:
        Dsn(dsn)
    except (BadDsn, ValueError):
        raise ImproperlyConfigured("SENTRY_DSN must look like https://key@sentry.example.org/1.") from None
    # Without the integration for Django, whose errors are logged all the same: it would add the request.
    integrations: list[Integration] = [
        LoggingIntegration(level=None, event_level=logging.ERROR),
        ExcepthookIntegration(),
        DedupeIntegration(),
        AtexitIntegration(callback=lambda pending, seconds: None),
    ]
    sentry_sdk.init(
        dsn,
        release=release,
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=integrations,
        # `send_default_pii` is off by itself, and going out of use.
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        auto_session_tracking=False,
        before_send=harmless,
        **options,
    )


def harmless(event: Event, hint: Hint) -> Event:
    """The event without anything that a person could have written.

    The value of an exception can quote it; it stays in the site's own log, where the ids lead to it.
    """
    kept: dict[str, Any] = {name: value for name, value in event.items() if name in KEPT}
    for exception in kept.get("exception", {}).get("values", ()):
        exception["value"] = ""
    if event.get("logger", "").partition(".")[0] in LITERAL:
        kept["message"] = event.get("logentry", {}).get("message", "")
    kept["tags"] = {"request": request_id.get(), "connection": connection_id.get()}
    return kept  # type: ignore[return-value]
