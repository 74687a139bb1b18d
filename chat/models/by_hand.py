"""Rows by hand-written SQL, for the reads of every post: to build them the ORM takes a third of its time."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import connection, models

M = TypeVar("M", bound=models.Model)


@contextmanager
def pipeline() -> Iterator[None]:
    """Statements inside go to PostgreSQL in one round trip, in order, as far as nothing is read in between.

    Within a transaction only. Each statement sees what is committed when it begins, as without. An error of any is
    raised at the first that is read, or at the end. SQLite makes no round trips.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with connection.wrap_database_errors, connection.connection.pipeline():
        yield


def select(model: type[M], sql: str, *lists: Collection[Any]) -> Iterator[M]:
    """Send `sql`, in which `IN ({})` stands for the values of each list in turn, and read its rows when they are
    asked for; none, and no query, if a list is empty.

    Columns that are no field of the model become attributes, in the database's own types; fields that are left
    out are read when they are asked for.
    """
    if not all(lists):
        return iter(())
    marks = (", ".join(["%s"] * len(values)) for values in lists)
    cursor = connection.cursor()
    cursor.execute(sql.format(*marks), [value for values in lists for value in values])
    return _rows(model, cursor)


def _rows(model: type[M], cursor: Any) -> Iterator[M]:
    with cursor:
        rows = cursor.fetchall()
        names = [column[0] for column in cursor.description]
    # In the model's order, in which `from_db` wants them.
    fields = [field for field in model._meta.concrete_fields if field.column in names]
    places = [names.index(field.column) for field in fields]
    others = [(place, name) for place, name in enumerate(names) if place not in places]
    compiler = model._default_manager.all().query.get_compiler(connection=connection)
    columns: list[Any] = [None] * len(names)
    for place, field in zip(places, fields, strict=True):
        columns[place] = field.cached_col
    if converters := compiler.get_converters(columns):
        rows = compiler.apply_converters(rows, converters)
    attributes = [field.attname for field in fields]
    for row in rows:
        instance = model.from_db(connection.alias, attributes, [row[place] for place in places])
        for place, name in others:
            setattr(instance, name, row[place])
        yield instance
