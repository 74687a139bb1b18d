"""Rows by hand-written SQL, for the reads of every post: to build them the ORM takes a third of its time.

Statements can share a round trip. PostgreSQL gets them in one message and not in a pipeline, for whose rest it
waits without end: a process that hung in between would hold what it has locked for ever.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.db import connection, models

M = TypeVar("M", bound=models.Model)


@dataclass(slots=True)
class Query(Generic[M]):
    """A read in which `IN ({})` stands for the values of each list in turn; with an empty list it finds nothing.

    Columns that are no field of the model become attributes, in the database's own types; fields that are left
    out are read when they are asked for.
    """

    model: type[M]
    sql: str
    lists: Sequence[Collection[Any]]
    rows: list[M] = field(default_factory=list)  # once it has been run


def select(model: type[M], sql: str, *lists: Collection[Any]) -> list[M]:
    """The rows of one query."""
    query = Query(model, sql, lists)
    run_queries(query)
    return query.rows


def run_queries(*queries: Query[Any]) -> None:
    """Run the queries in order, on PostgreSQL in one round trip. Each sees what is committed when it begins."""
    asked = [query for query in queries if all(query.lists)]
    messages = [asked] if connection.vendor == "postgresql" and asked else [[query] for query in asked]
    with connection.cursor() as cursor:
        for message in messages:
            values = [value for query in message for value in _values(query)]
            cursor.execute("; ".join(map(_statement, message)), values)
            for query in message:
                if query is not message[0]:
                    cursor.nextset()
                query.rows = list(_rows(query.model, cursor))


def _statement(query: Query[Any]) -> str:
    return query.sql.format(*(", ".join(["%s"] * len(values)) for values in query.lists))


def _values(query: Query[Any]) -> list[Any]:
    return [value for values in query.lists for value in values]


def _rows(model: type[M], cursor: Any) -> Iterator[M]:
    rows = cursor.fetchall()
    names = [column[0] for column in cursor.description]
    # In the model's order, in which `from_db` wants them.
    fields = [field for field in model._meta.concrete_fields if field.column in names]
    places = [names.index(field.column) for field in fields]
    others = [(place, name) for place, name in enumerate(names) if place not in places]
    compiler = model._default_manager.all().query.get_compiler(connection=connection)
    columns: list[Any] = [None] * len(names)
    for place, known in zip(places, fields, strict=True):
        columns[place] = known.cached_col
    if converters := compiler.get_converters(columns):
        rows = compiler.apply_converters(rows, converters)
    attributes = [field.attname for field in fields]
    for row in rows:
        instance = model.from_db(connection.alias, attributes, [row[place] for place in places])
        for place, name in others:
            setattr(instance, name, row[place])
        yield instance


@contextmanager
def ahead(sql: str, values: Sequence[Any]) -> Iterator[None]:
    """Run a statement, which returns nothing, before the first one inside; on PostgreSQL in one round trip."""
    waiting = [(sql, values)]

    def join(
        execute: Callable[..., Any], statement: str, parameters: Sequence[Any], many: bool, context: dict[str, Any]
    ) -> Any:
        if not waiting:
            return execute(statement, parameters, many, context)
        first, its = waiting.pop()
        if connection.vendor != "postgresql":
            execute(first, its, False, context)
            return execute(statement, parameters, many, context)
        done = execute(f"{first}; {statement}", [*its, *parameters], many, context)
        context["cursor"].nextset()
        return done

    with connection.execute_wrapper(join):
        yield
    assert not waiting, "nothing was run that it could go ahead of"
