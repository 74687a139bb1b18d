"""The cast for unit tests, and the real servers for the others. Models are imported late: Django starts first."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest

from tests.services.postgres import Postgres, running_postgres
from tests.services.redis import RedisServer, running_redis
from tests.services.site import NewSite, Server, Site, running_site

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from chat.models import Room, User
    from tests.people import Company

# A busy machine is slow, and no test may fail for that.
hypothesis.settings.register_profile(
    "patient", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("patient")


# Unit tests: rows in the test database


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """SQLite in a file, because the writer's thread has a connection of its own, as in life."""
    from django.conf import settings

    database = settings.DATABASES["default"]
    if database["ENGINE"] == "chatsite.sqlite":
        database.setdefault("TEST", {})["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


@pytest.fixture(scope="session", autouse=True)
def _record_gives_way_to_the_flush() -> Iterator[None]:
    """Tests with real transactions end by emptying all tables. PostgreSQL truncates, which no trigger of the
    record forbids; on SQLite the triggers step aside for that moment."""
    from django.db.backends.sqlite3.base import DatabaseWrapper

    operations = DatabaseWrapper.ops_class
    flush = operations.sql_flush

    def flush_without_triggers(self: Any, *arguments: Any, **options: Any) -> list[str]:
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
        drop = [f"DROP TRIGGER {name}" for name, _ in triggers]
        return [*drop, *flush(self, *arguments, **options), *(sql for _, sql in triggers)]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "sql_flush", flush_without_triggers)
        yield


@pytest.fixture(scope="session", autouse=True)
def _media(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Uploads of tests never mix with those of the developer's own site."""
    from django.test import override_settings

    with override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")):
        yield


@pytest.fixture(scope="session", autouse=True)
def _cheap_passwords() -> Iterator[None]:
    """Argon2 is slow on purpose, and nobody guesses here. Running sites keep it as it is."""
    from django.contrib.auth.hashers import Argon2PasswordHasher

    with pytest.MonkeyPatch.context() as patch:
        for name, least in {"time_cost": 1, "memory_cost": 8, "parallelism": 1}.items():
            patch.setattr(Argon2PasswordHasher, name, least)
        yield


@pytest.fixture(scope="session", autouse=True)
def _static_files_are_listed_once() -> Iterator[None]:
    """Every client of Django's has a middleware of its own, which would look for them all again."""
    from servestatic.middleware import ServeStaticMiddleware

    list_files, listed = ServeStaticMiddleware.add_files_from_finders, dict[str, Any]()

    def list_once(self: ServeStaticMiddleware) -> None:
        if not listed:
            list_files(self)
            listed.update(self.files)
        self.files = listed.copy()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ServeStaticMiddleware, "add_files_from_finders", list_once)
        yield


@pytest.fixture(autouse=True)
def _nothing_known_of_rules() -> None:
    """A process remembers word rules, and who said what; each test is a process that just started."""
    from django.apps import apps

    if apps.ready:
        from chat.actions.moderation import rulebook
        from chat.limits import floods

        rulebook.forget()
        floods.forget()


@pytest.fixture
def alice(db: None) -> "User":
    """The owner of the site."""
    from tests.cast import add_person

    return add_person("alice", owner=True)


@pytest.fixture
def bob(db: None) -> "User":
    """A member."""
    from tests.cast import add_person

    return add_person("bob")


@pytest.fixture
def charlie(db: None) -> "User":
    """An outsider: has an account, is in no room."""
    from tests.cast import add_person

    return add_person("charlie")


@pytest.fixture
def dora(alice: "User") -> "User":
    """A moderator of the site, in no room."""
    from tests.cast import add_moderator

    return add_moderator("dora", owner=alice)


@pytest.fixture
def general(alice: "User", bob: "User") -> "Room":
    """A public room: Alice owns it, Bob is a member."""
    from tests.cast import add_room

    return add_room("General", members={alice: "owner", bob: "member"})


@pytest.fixture
def backroom(alice: "User", bob: "User") -> "Room":
    """A private room: Alice owns it, Bob is a member."""
    from tests.cast import add_room

    return add_room("Backroom", "private", members={alice: "owner", bob: "member"})


# Real servers


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def _redis() -> Iterator[RedisServer]:
    with running_redis() as server:
        yield server


@pytest.fixture
def redis_server(_redis: RedisServer) -> Iterator[RedisServer]:
    """A Redis the test may stop and pause; the next test finds it running again."""
    yield _redis
    _redis.resume()
    if _redis.process is None:
        _redis.start()


@pytest.fixture(scope="session")
def _migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("migrated")
    with running_site(f"sqlite:///{folder}/chat.sqlite3") as site:
        site.manage("migrate", "--verbosity=0")
    return folder / "chat.sqlite3"


@pytest.fixture(scope="session")
def _migrated_database(postgres: Postgres) -> str:
    name = postgres.create_database()
    with running_site(postgres.url_of(name)) as site:
        site.manage("migrate", "--verbosity=0")
    return name


@pytest.fixture(scope="session")
def new_site(_migrated_file: Path) -> NewSite:
    """`with new_site(**settings) as site:` an empty site on SQLite, without Redis."""

    @contextmanager
    def start(**settings: str) -> Iterator[Site]:
        with running_site("sqlite:///{folder}/chat.sqlite3", **settings) as site:
            shutil.copy(_migrated_file, site.folder / "chat.sqlite3")
            yield site

    return start


@pytest.fixture(scope="session")
def new_postgres_site(postgres: Postgres, _migrated_database: str) -> NewSite:
    """`with new_postgres_site(redis_url, **settings) as site:` an empty site on a database of its own."""

    @contextmanager
    def start(redis_url: str = "", **settings: str) -> Iterator[Site]:
        url = postgres.url_of(postgres.create_database(_migrated_database))
        with running_site(url, redis_url, **settings) as site:
            yield site

    return start


@pytest.fixture(scope="session", params=["daphne", "uvicorn"])
def _server(request: pytest.FixtureRequest, new_site: NewSite) -> Iterator[Server]:
    with new_site() as site, site.serve(request.param) as server:
        yield server


@pytest.fixture
def server(_server: Server) -> Iterator[Server]:
    """A running site on SQLite, once on Daphne and once on uvicorn, shared by all tests that ask for it.

    Whatever a test does to it, its log must stay free of tracebacks.
    """
    yield _server
    _server.assert_quiet()


@pytest.fixture(params=["chat.v1.json", "chat.v1.msgpack"])
def subprotocol(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.fixture
def company(server: Server) -> "Company":
    """A fresh Alice, Bob and Charlie on the running site, with a room of their own."""
    from tests.people import gather

    return gather(server.site)


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    from tests.services.browser import running_browser

    with running_browser() as browser:
        yield browser
