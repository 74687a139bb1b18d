"""Every migration lets the version before work on, or says why not: docs/upgrading.md has the rule for people."""

from importlib import import_module

import pytest
from django.conf import settings
from django.db.migrations.loader import MigrationLoader

from tests.filling import fillable, live
from tests.services.postgres import Postgres
from tests.services.site import running_site
from tests.upgrades import Claims, Judge

BASE = "0001_initial"


def test_every_migration_lets_the_version_before_work_on() -> None:
    loader = MigrationLoader(None)
    found = {}
    for key, parent in steps(loader):
        claims = Claims.of(import_module(f"chat.migrations.{key[1]}"))
        judge = Judge(loader.project_state(parent), claims, settings.VERSION)
        found[key[1]] = judge.faults(loader.graph.nodes[key])
    assert {name: faults for name, faults in found.items() if faults} == {}


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_version_before_writes_and_reads_in_the_tables_after(
    kind: str, request: pytest.FixtureRequest
) -> None:
    url = "sqlite:///{folder}/chat.sqlite3"
    if kind == "postgresql":
        postgres: Postgres = request.getfixturevalue("postgres")
        url = postgres.url_of(postgres.create_database())
    with running_site(url) as site:
        site.manage("migrate", "--verbosity=0", "chat", BASE)
        names = site.call(fillable_as, "chat", BASE)
        assert {"User", "Room", "Message", "Site"} <= set(names)
        for (app, name), before in steps(MigrationLoader(None)):
            site.manage("migrate", "--verbosity=0", app, name)
            site.call(live_as, *before, names)
            names = site.call(fillable_as, app, name)
        # And back, if nothing on the way says that there is none.
        claims = [
            Claims.of(import_module(f"chat.migrations.{name}")) for (_, name), _ in steps(MigrationLoader(None))
        ]
        if not any(claim.irreversible for claim in claims):
            site.manage("migrate", "--verbosity=0", "chat", BASE)
            site.call(live_as, "chat", BASE, ["User", "Room", "Message", "Site"])


def steps(loader: MigrationLoader) -> list[tuple[tuple[str, str], tuple[str, str]]]:
    """Each migration after the first with the one before it."""
    plan = [key for key in loader.graph.forwards_plan(loader.graph.leaf_nodes("chat")[0]) if key[0] == "chat"]
    assert plan[0] == ("chat", BASE)
    return list(zip(plan[1:], plan, strict=False))


# Behind the stage: with the tables as they are, as the version of this migration knows them.


def fillable_as(app: str, name: str) -> list[str]:
    return fillable(MigrationLoader(None).project_state((app, name)).apps, app)


def live_as(app: str, name: str, names: list[str]) -> None:
    live(MigrationLoader(None).project_state((app, name)).apps, app, names)
