"""What a migration may do to tables that the version before uses, and what it may not, one by one."""

from typing import Any

from django.db import models
from django.db.migrations import RunPython, RunSQL, SeparateDatabaseAndState
from django.db.migrations import operations as ops
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import Q

from chat import schema
from tests.upgrades import Claims

# Beside the site's own tables in one database.
APP = "letters"
REASON = "The version before writes no such rows."


def state() -> ProjectState:
    """The tables that the cases change: `message` grows, `room` stays small."""
    found = ProjectState()
    for operation in tables():
        operation.state_forwards(APP, found)
    return found


def tables() -> list[Operation]:
    key = ("id", models.BigAutoField(primary_key=True))
    columns: list[tuple[str, Any]] = [
        key,
        ("text", models.CharField(max_length=10)),
        ("note", models.CharField(max_length=10, null=True)),
        ("kind", models.CharField(max_length=10, db_default="text")),
    ]
    index, check = (
        models.Index(fields=["text"], name="by_text"),
        models.CheckConstraint(condition=~Q(text="x"), name="not_x"),
    )
    return [
        ops.CreateModel("Room", [key, ("name", models.CharField(max_length=10))]),
        ops.CreateModel("Message", columns, options={"indexes": [index], "constraints": [check]}),
    ]


def add(model: str, field: "models.Field[Any, Any]") -> ops.AddField:
    return ops.AddField(model, "added", field)


def alter(name: str, field: "models.Field[Any, Any]") -> ops.AlterField:
    return ops.AlterField("message", name, field)


def room(*, db_index: bool = True) -> "models.Field[Any, Any]":
    return models.ForeignKey(f"{APP}.room", models.CASCADE, null=True, db_index=db_index)


INDEX = models.Index(fields=["note"], name="by_note")
CHECK = models.CheckConstraint(condition=~Q(note="x"), name="note_not_x")
ONCE = models.UniqueConstraint(fields=["note"], name="note_once")
FORGET: list[Operation] = [ops.RemoveField("message", "note")]
DROP = RunSQL(
    "ALTER TABLE letters_message DROP COLUMN note", "ALTER TABLE letters_message ADD COLUMN note varchar(10)"
)
SAID, UNUSED = Claims(safe_beside_old=REASON), Claims(safe_beside_old=REASON, unused_since="0.2.0")

LET_THROUGH: dict[str, tuple[Operation, Claims]] = {
    "a table": (ops.CreateModel("Report", [("id", models.BigAutoField(primary_key=True))]), Claims()),
    "a column that may be empty": (add("message", models.CharField(max_length=5, null=True)), Claims()),
    "a column with a default of the database": (add("message", models.IntegerField(db_default=0)), Claims()),
    "a relation without an index": (add("message", room(db_index=False)), Claims()),
    "an indexed column of a small table": (add("room", models.IntegerField(null=True, unique=True)), Claims()),
    "a relation of many": (add("message", models.ManyToManyField(f"{APP}.room")), Claims()),
    "a longer column": (alter("text", models.CharField(max_length=20)), Claims()),
    "a column of any length": (alter("text", models.TextField()), Claims()),
    "a column that may be empty from now on": (
        alter("text", models.CharField(max_length=10, null=True)),
        Claims(),
    ),
    "another name for people": (alter("text", models.CharField(max_length=10, verbose_name="words")), Claims()),
    "an index of a small table": (ops.AddIndex("room", models.Index(fields=["name"], name="by_name")), Claims()),
    "a constraint with a reason": (schema.AddConstraintNotValid("message", CHECK), SAID),
    "code with a reason": (RunPython(RunPython.noop, RunPython.noop), SAID),
    "a narrower column with a reason": (alter("note", models.CharField(max_length=5, null=True)), SAID),
    "a column the code forgets": (SeparateDatabaseAndState(state_operations=FORGET), Claims()),
    "an index nothing uses": (ops.RemoveIndex("message", "by_text"), UNUSED),
    "a constraint nothing uses": (ops.RemoveConstraint("message", "not_x"), UNUSED),
}

BREAKS: dict[str, tuple[Operation, Claims]] = {
    "a column the version before leaves out": (add("message", models.IntegerField(default=0)), SAID),
    "a column gone": (ops.RemoveField("message", "note"), UNUSED),
    "a column with another name": (ops.RenameField("message", "note", "remark"), UNUSED),
    "a table gone": (ops.DeleteModel("Room"), UNUSED),
    "a table with another name": (ops.RenameModel("Room", "Place"), UNUSED),
    "a table by another name in the database": (ops.AlterModelTable("room", "places"), UNUSED),
    "a dropped column by hand": (DROP, SAID),
}

REFUSED = BREAKS | {
    # Breaks on PostgreSQL alone: to SQLite Django sends the default itself.
    "a column that loses its default": (alter("kind", models.CharField(max_length=10)), Claims()),
    "an indexed column": (add("message", models.IntegerField(null=True, db_index=True)), SAID),
    "a relation with its index": (add("message", room()), SAID),
    "a narrower column": (alter("text", models.CharField(max_length=5)), Claims()),
    "a column of another kind": (alter("text", models.IntegerField()), Claims()),
    "a column never empty again": (alter("note", models.CharField(max_length=10)), Claims()),
    "an index": (ops.AddIndex("message", INDEX), SAID),
    "a constraint": (ops.AddConstraint("message", CHECK), SAID),
    "a constraint without a reason": (schema.AddConstraintNotValid("message", CHECK), Claims()),
    "a constraint of a small table without a reason": (ops.AddConstraint("room", CHECK), Claims()),
    "uniqueness": (ops.AddConstraint("message", ONCE), SAID),
    "code without a reason": (RunPython(RunPython.noop, RunPython.noop), Claims(safe_beside_old="fine")),
    "SQL without a reason": (RunSQL("SELECT 1", "SELECT 1"), Claims()),
    "an index gone": (ops.RemoveIndex("message", "by_text"), SAID),
    "a constraint gone": (ops.RemoveConstraint("message", "not_x"), SAID),
    "unused since this release alone": (DROP, Claims(safe_beside_old=REASON, unused_since="0.3.0")),
    "unused since some day": (DROP, Claims(safe_beside_old=REASON, unused_since="long ago")),
    "a column forgotten that must be filled": (
        SeparateDatabaseAndState(state_operations=[ops.RemoveField("message", "text")]),
        Claims(),
    ),
    "an operation within another": (SeparateDatabaseAndState([ops.AddIndex("message", INDEX)]), SAID),
    "what no rule knows": (ops.AlterUniqueTogether("message", {("text", "note")}), Claims()),
    "no way back": (RunPython(RunPython.noop), SAID),
}
