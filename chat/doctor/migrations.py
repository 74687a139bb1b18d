"""Whether the tables are those of this version."""

from collections.abc import Iterator
from contextlib import closing

from django.db.migrations.executor import MigrationExecutor

from chat.unpooled import unpooled

from .databases import FAILURES, sqlite_file
from .findings import Finding, note, ok, problem, warning

MIGRATIONS = "migrations"
NAMED = 3  # of many, the rest is counted


def check() -> Iterator[Finding]:
    file = sqlite_file()
    # Looking would make it, with this user as its owner.
    if file is not None and not file.exists():
        yield problem(MIGRATIONS, "No table has been made yet: run `manage.py migrate`.")
        return
    with closing(unpooled()) as database:
        try:
            executor = MigrationExecutor(database)
            plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
            applied = set(executor.loader.applied_migrations)
            known = set(executor.loader.disk_migrations)
        except FAILURES:
            yield note(MIGRATIONS, "The tables were not looked at, because the database does not answer.")
            return
    missing = [f"{migration.app_label}.{migration.name}" for migration, _ in plan]
    unknown = [f"{app}.{name}" for app, name in sorted(applied - known)]
    if not applied:
        yield problem(MIGRATIONS, "No table has been made yet: run `manage.py migrate`.")
    elif missing:
        yield problem(MIGRATIONS, f"The tables lack {_list(missing)}: run `manage.py migrate`.")
    if unknown:
        yield warning(
            MIGRATIONS,
            f"The tables are those of a newer version, with {_list(unknown)}: that is meant to work while an "
            "upgrade is taken back, so go on to the newer version again, or restore the backup from before it.",
        )
    if applied and not missing and not unknown:
        yield ok(MIGRATIONS, "The tables are up to date.")


def _list(names: list[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more
