"""The record as a file, made while it is sent: no more than 500 rows are in memory, however many there are."""

import csv
import io
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any, ClassVar

from asgiref.sync import sync_to_async
from django.core.serializers.json import DjangoJSONEncoder
from django.db import close_old_connections
from django.db.models import QuerySet

from chat.models import ModerationAction

BATCH = 500
COLUMNS = (
    "id",
    "at",
    "action",
    "actor_id",
    "actor_name",
    "person_id",
    "person_name",
    "room_id",
    "room_name",
    "message_id",
    "reason",
    "before",
    "after",
    "source",
    "address",
)
# What spreadsheets take for the beginning of a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Csv:
    content_type: ClassVar = "text/csv; charset=utf-8"

    def __init__(self, rows: QuerySet[ModerationAction]) -> None:
        self._rows = rows

    def __iter__(self) -> Iterator[str]:
        yield _line(COLUMNS)
        for batch in batches(self._rows):
            yield "".join(_line([_cell(row[column]) for column in COLUMNS]) for row in batch)


class Json:
    """One array of objects."""

    content_type: ClassVar = "application/json"

    def __init__(self, rows: QuerySet[ModerationAction]) -> None:
        self._rows = rows

    def __iter__(self) -> Iterator[str]:
        before = "[\n"
        for batch in batches(self._rows):
            lines = (json.dumps(row, cls=DjangoJSONEncoder, ensure_ascii=False) for row in batch)
            yield before + ",\n".join(lines)
            before = ",\n"
        yield "[]\n" if before == "[\n" else "\n]\n"


FORMATS: dict[str, type[Csv | Json]] = {"csv": Csv, "json": Json}


class Pieces:
    """Asked for in the request's thread one by one."""

    def __init__(self, pieces: Csv | Json) -> None:
        self._pieces = iter(pieces)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while (piece := await sync_to_async(_next)(self._pieces)) is not None:
            yield piece.encode()


def _next(pieces: Iterator[str]) -> str | None:
    try:
        return next(pieces, None)
    finally:
        # A slow reader must not keep a connection between two pieces.
        close_old_connections()


def batches(rows: QuerySet[ModerationAction]) -> Iterator[list[dict[str, Any]]]:
    """The newest first, by ids: an offset would read all rows before it again, and shift as new ones come."""
    rows = rows.order_by("-pk")
    batch = list(rows.values(*COLUMNS)[:BATCH])
    while batch:
        yield batch
        batch = list(rows.filter(pk__lt=batch[-1]["id"]).values(*COLUMNS)[:BATCH])


def _line(cells: Any) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    text = value.isoformat() if hasattr(value, "isoformat") else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
