"""How the log is written, and what does not belong there though others write it."""

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.db.utils import Error as DatabaseFailure

from chat.ids import connection_id, request_id


def logging_config(form: str) -> dict[str, Any]:
    """`form` is `line`, for people, or `json`, one object a line, which has a line for each request as well."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": "chatsite.logs.LineFormatter",
                "format": "%(asctime)s %(levelname)s %(name)s%(ids)s: %(message)s",
            },
            "json": {"()": "chatsite.logs.JsonFormatter"},
        },
        "filters": {
            "strangers": {"()": "chatsite.logs.WithoutStrangersTracebacks"},
            "rows": {"()": "chatsite.logs.WithoutRows"},
            "replica": {"()": "chatsite.logs.WithoutTriesOfTheReplica"},
        },
        "handlers": {
            "console": {"class": "logging.StreamHandler", "formatter": form, "filters": ["strangers", "rows"]}
        },
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {
            "chat": {"level": "INFO"},
            "chat.http": {"level": "INFO" if form == "json" else "WARNING"},
            # Django's own handlers would write all of it once more, in a form of their own.
            "django": {"handlers": [], "level": "WARNING"},
            # Twisted speaks through it: only what is broken.
            "daphne": {"level": "ERROR"},
            "django.server": {"level": "WARNING"},
            # Any stranger can send a wrong Host, each with a traceback.
            "django.security.DisallowedHost": {"level": "CRITICAL"},
            # A traceback a second while Redis is away; `chat.live.layer` says it once.
            "channels_redis.pubsub": {"level": "CRITICAL"},
            "psycopg.pool": {"filters": ["replica"]},
        },
    }


class LineFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        ids = ", ".join(f"{name} {value}" for name, value in _ids(record))
        record.ids = f" [{ids}]" if ids else ""
        return super().format(record)


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **dict(_ids(record)),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        # In ASCII: a lone surrogate, which a stranger can send, would make no line at all.
        return json.dumps(line)


def _ids(record: logging.LogRecord) -> Iterator[tuple[str, str]]:
    """Those that the record brings, else those of the context in which it is written."""
    for name, variable in (("request", request_id), ("connection", connection_id)):
        if value := getattr(record, f"{name}_id", "") or variable.get():
            yield name, value


class WithoutStrangersTracebacks(logging.Filter):
    """A request that is no good is one line: with a traceback each, anybody could fill the disk."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", 500) < 500:
            record.exc_info = None
        return True


class WithoutTriesOfTheReplica(logging.Filter):
    """The pool tells of each try to reach a replica that is away; `chat.replica` tells it once."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not (isinstance(record.args, tuple) and record.args[:1] == ("replica",))


class WithoutRows(logging.Filter):
    """Of what a database says only the first line: the others quote the row that PostgreSQL refuses, and so what
    people wrote."""

    def filter(self, record: logging.LogRecord) -> bool:
        given = record.args.values() if isinstance(record.args, dict) else record.args or ()
        for each in (*given, record.exc_info and record.exc_info[1]):
            _cut(each)
        return True


def _cut(error: object) -> None:
    """Also of those behind it. For good, so that nobody who writes it later says more."""
    seen: set[int] = set()
    while isinstance(error, BaseException) and id(error) not in seen:
        seen.add(id(error))
        # psycopg's own errors stand behind Django's.
        if (isinstance(error, DatabaseFailure) or hasattr(error, "diag")) and error.args:
            error.args = (str(error.args[0]).partition("\n")[0], *error.args[1:])
        error = error.__cause__ or error.__context__
