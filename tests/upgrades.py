"""The rule for migrations: what one does, the version before survives while it runs beside (docs/upgrading.md)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from django.db.migrations import Migration, SeparateDatabaseAndState
from django.db.migrations import operations as ops
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import CharField, Field, ForeignKey, ManyToManyField, TextField
from django.db.models.fields import NOT_PROVIDED

from chat import schema

# Tables that grow with every word, where whoever waits for a lock is somebody who writes.
GROWING = {"message", "mention", "reaction", "attachment", "membership"}
# No column changes, or only its name for a person.
HARMLESS = (ops.CreateModel, ops.AlterModelOptions, ops.AlterModelManagers, ops.RenameIndex)
# What Django keeps to itself; the database does not know of it.
OF_PYTHON = {"default", "null", "max_length", "db_default"} | set(Field.non_db_attrs)
RELEASE = re.compile(r"\d+\.\d+\.\d+")
SENTENCE = 20  # characters of a reason, at least


@dataclass(frozen=True)
class Claims:
    """What a migration says for itself, by constants of its module.

    Attributes:
        safe_beside_old: why the version before survives what no rule can see.
        unused_since: the release whose code knows what is dropped here no more.
        irreversible: why nothing can bring back what was.
    """

    safe_beside_old: str = ""
    unused_since: str = ""
    irreversible: str = ""

    @classmethod
    def of(cls, module: ModuleType) -> "Claims":
        names = ("SAFE_BESIDE_OLD", "UNUSED_SINCE", "IRREVERSIBLE")
        return cls(*(getattr(module, name, "") for name in names))


@dataclass
class Judge:
    """Reads one migration, operation by operation.

    Args:
        state: the tables as the version before knows them; moves along.
        version: of the release that the migration comes with, or of a later one.
    """

    state: ProjectState
    claims: Claims
    version: str
    app: str = "chat"
    _new: set[str] = field(default_factory=set)

    def faults(self, migration: Migration) -> list[str]:
        """A sentence for each thing that the version before, or whoever writes meanwhile, would not survive."""
        found = [*self._whole(migration)]
        for operation in migration.operations:
            found += [f"{operation.describe()}: {fault}" for fault in self._each(operation) if fault]
            if isinstance(operation, ops.CreateModel):
                self._new.add(operation.name_lower)
            operation.state_forwards(self.app, self.state)
        return found

    def _whole(self, migration: Migration) -> Iterator[str]:
        kinds = [type(operation) for operation in migration.operations]
        if schema.AddIndexConcurrently in kinds and migration.atomic:
            yield "AddIndexConcurrently needs `atomic = False`."
        if schema.ValidateConstraint in kinds and kinds != [schema.ValidateConstraint]:
            # Else it would read the table under the lock of what came before.
            yield "ValidateConstraint stands in a migration of its own."
        if not self.claims.irreversible and not all(operation.reversible for operation in migration.operations):
            yield "It can be reversed, or says by IRREVERSIBLE why not."

    def _each(self, operation: Operation) -> Iterator[str]:
        if isinstance(operation, SeparateDatabaseAndState):
            for inner in operation.database_operations:
                yield from self._each(inner)
            for inner in operation.state_operations:
                yield self._forgotten(inner)
        elif not isinstance(operation, HARMLESS) and getattr(operation, "model_name_lower", "") not in self._new:
            yield self._judge(operation)

    def _forgotten(self, operation: Operation) -> str:
        """The code knows of it no more, the database still does."""
        if not isinstance(operation, ops.RemoveField):
            return ""
        known = self._field(operation.model_name_lower, operation.name)
        return "" if _may_be_left_out(known) else "make the column nullable or give it a db_default first."

    def _judge(self, operation: Operation) -> str:
        match operation:
            case ops.AddField():
                return self._added(operation)
            case ops.AlterField():
                before = self._field(operation.model_name_lower, operation.name)
                wider = _is_wider(before, operation.field)
                return "" if wider else self._reason("it narrows, or rewrites the table")
            case schema.AddIndexConcurrently() | schema.ValidateConstraint():
                return ""
            case ops.AddIndex():
                big = operation.model_name_lower in GROWING
                return "chat.schema.AddIndexConcurrently lets people write meanwhile." if big else ""
            case ops.AddConstraint():
                if operation.model_name_lower in GROWING and not isinstance(
                    operation, schema.AddConstraintNotValid
                ):
                    return (
                        "AddConstraintNotValid and ValidateConstraint of chat.schema let people write meanwhile."
                    )
                return self._reason("the version before knows nothing of it")
            case _:
                return self._taken_away(operation)

    def _taken_away(self, operation: Operation) -> str:
        match operation:
            case ops.RemoveField() | ops.DeleteModel():
                return "its state first (SeparateDatabaseAndState), the table itself a release later (RunSQL)."
            case ops.RenameField() | ops.RenameModel() | ops.AlterModelTable():
                return "the version before knows it by its old name: add the new one, and drop the old one later."
            case ops.RemoveIndex() | ops.RemoveConstraint():
                return self._release()
            case ops.RunSQL() if re.search(r"\b(DROP|RENAME)\b", str(operation.sql), re.IGNORECASE):
                return self._release() or self._reason("nobody can see what it does")
            case _:
                return self._reason("nobody can see what it does")

    def _added(self, operation: ops.AddField) -> str:
        added = operation.field
        if isinstance(added, ManyToManyField):
            return ""
        if not _may_be_left_out(added):
            return "the version before inserts rows without it: null=True or db_default."
        if operation.model_name_lower in GROWING and (added.unique or getattr(added, "db_index", False)):
            return "its index stops all who write: db_index=False, and chat.schema.AddIndexConcurrently."
        return ""

    def _reason(self, why: str) -> str:
        said = len(self.claims.safe_beside_old) >= SENTENCE
        return "" if said else f"{why}: SAFE_BESIDE_OLD says why it does no harm."

    def _release(self) -> str:
        said = self.claims.unused_since
        if RELEASE.fullmatch(said) and _order(said) < _order(self.version):
            return ""
        return "UNUSED_SINCE names an earlier release whose code uses it no more."

    def _field(self, model: str, name: str) -> "Field[Any, Any]":
        found: Field[Any, Any] = self.state.models[self.app, model].fields[name]
        return found


def _may_be_left_out(added: "Field[Any, Any]") -> bool:
    return added.null or added.db_default is not NOT_PROVIDED or isinstance(added, ManyToManyField)


def _is_wider(before: "Field[Any, Any]", after: "Field[Any, Any]") -> bool:
    """Whether every row that fitted fits, and the table is not written anew."""
    if before.null and not after.null:
        return False
    if before.db_default is not NOT_PROVIDED and after.db_default is NOT_PROVIDED and not after.null:
        return False
    if isinstance(before, CharField) and type(after) is TextField:
        return True
    shorter = before.max_length is not None and (after.max_length or 0) < before.max_length
    return not shorter and _of_database(before) == _of_database(after)


def _of_database(known: "Field[Any, Any]") -> tuple[str, dict[str, object]]:
    _, path, _, named = known.deconstruct()
    kept = {name: value for name, value in named.items() if name not in OF_PYTHON}
    if isinstance(known, ForeignKey):
        kept["to"] = str(kept["to"]).lower()
    return path, kept


def _order(release: str) -> tuple[int, ...]:
    return tuple(map(int, release.split(".")))
