"""The judge of migrations: what it lets through works in a real database, what it calls broken breaks there."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext

import pytest
from django.db import DatabaseError, connection, models
from django.db.migrations import Migration, RunPython
from django.db.migrations import operations as ops
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from chat import schema
from tests.changes import (
    APP,
    BREAKS,
    CHECK,
    DROP,
    INDEX,
    LET_THROUGH,
    ONCE,
    REASON,
    REFUSED,
    SAID,
    UNUSED,
    state,
    tables,
)
from tests.filling import live
from tests.upgrades import Claims, Judge


@pytest.mark.parametrize("case", LET_THROUGH)
def test_the_judge_lets_through(case: str) -> None:
    operation, claims = LET_THROUGH[case]
    assert judged(claims, operation) == []


@pytest.mark.parametrize("case", REFUSED)
def test_the_judge_refuses(case: str) -> None:
    operation, claims = REFUSED[case]
    assert len(judged(claims, operation)) == 1


def test_a_table_of_the_same_migration_is_nobodys_yet() -> None:
    table = ops.CreateModel("Reaction", [("id", models.BigAutoField(primary_key=True))])
    column = ops.AddField("reaction", "note", models.CharField(max_length=5, db_index=True))
    index = ops.AddIndex("reaction", INDEX)
    assert judged(Claims(), table, column, index, ops.AddConstraint("reaction", ONCE)) == []
    assert judged(Claims(), ops.AddIndex("message", INDEX))


def test_an_index_beside_writers_is_made_outside_a_transaction() -> None:
    index = schema.AddIndexConcurrently("message", INDEX)
    assert judged(Claims(), index, atomic=False) == []
    assert judged(Claims(), index)


def test_a_constraint_is_validated_without_the_lock_that_made_it() -> None:
    made, validated = (
        schema.AddConstraintNotValid("message", CHECK),
        schema.ValidateConstraint("message", CHECK.name),
    )
    assert judged(SAID, made) == judged(SAID, validated) == []
    assert judged(SAID, made, validated)


def test_what_is_dropped_was_unused_in_the_release_before() -> None:
    assert judged(UNUSED, DROP) == []


def test_what_cannot_be_reversed_says_why() -> None:
    claims = Claims(safe_beside_old=REASON, irreversible="What was deleted is gone.")
    assert judged(claims, RunPython(RunPython.noop)) == []


def judged(claims: Claims, *operations: Operation, atomic: bool = True) -> list[str]:
    return Judge(state(), claims, "0.3.0", APP).faults(migration(operations, atomic=atomic))


def migration(steps: Sequence[Operation], *, atomic: bool = True) -> Migration:
    made = Migration("0002_case", APP)
    # Django reads both of an instance, too.
    vars(made).update(operations=list(steps), atomic=atomic)
    return made


# In a real database


@pytest.fixture
def _tables(transactional_db: None) -> Iterator[None]:
    run(tables())
    yield
    cascade = " CASCADE" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith(APP) or table == "places":
                cursor.execute(f"DROP TABLE {table}{cascade}")


@pytest.mark.usefixtures("_tables")
@pytest.mark.parametrize("case", [*LET_THROUGH, *BREAKS])
def test_the_version_before_works_on_after_what_is_let_through_alone(case: str) -> None:
    before = state()
    live(before.apps, APP, ["Room", "Message"])
    operation, _ = (LET_THROUGH | BREAKS)[case]
    run([operation], on=before)
    expected: AbstractContextManager[object] = pytest.raises(DatabaseError) if case in BREAKS else nullcontext()
    with expected:
        live(before.apps, APP, ["Room", "Message"])


@pytest.mark.usefixtures("_tables")
def test_indexes_and_constraints_come_beside_writers_and_go_again() -> None:
    before = state()
    run([schema.AddIndexConcurrently("message", INDEX)], on=before, atomic=False)
    assert INDEX.name in constraints()
    with connection.schema_editor(atomic=False) as editor:
        migration([schema.AddIndexConcurrently("message", INDEX)], atomic=False).unapply(before.clone(), editor)
    assert INDEX.name not in constraints()
    run([schema.AddConstraintNotValid("message", CHECK)], on=before)
    run([schema.ValidateConstraint("message", CHECK.name)], on=after(before))
    assert CHECK.name in constraints()


def run(steps: Sequence[Operation], *, on: ProjectState | None = None, atomic: bool = True) -> None:
    with connection.schema_editor(atomic=atomic) as editor:
        migration(steps, atomic=atomic).apply((on or ProjectState()).clone(), editor)


def after(before: ProjectState) -> ProjectState:
    known = before.clone()
    schema.AddConstraintNotValid("message", CHECK).state_forwards(APP, known)
    return known


def constraints() -> set[str]:
    with connection.cursor() as cursor:
        return set(connection.introspection.get_constraints(cursor, f"{APP}_message"))
