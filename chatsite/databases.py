"""From the addresses of databases to Django's settings of them."""

from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

WRONG = "{} must look like postgres://user:password@host:5432/name or sqlite:////path/to/file."


def databases(url: str, replica_url: str, *, password: str, pool: int) -> dict[str, dict[str, Any]]:
    """`default`, and `replica` if there is one. `password` is used by those whose address names none.

    Raises:
        ImproperlyConfigured: an address that is none; names its variable.
    """
    default = _database("DATABASE_URL", url, password, pool)
    if not replica_url:
        return {"default": default}
    replica = _database("DATABASE_REPLICA_URL", replica_url, password, pool)
    if {default["ENGINE"], replica["ENGINE"]} != {"django.db.backends.postgresql"}:
        raise ImproperlyConfigured("DATABASE_REPLICA_URL: only PostgreSQL has replicas.")
    # So that `chatsite.logs` knows its warnings.
    replica["OPTIONS"]["pool"]["name"] = "replica"
    # A test database has no replication: the tests read the same one by both names.
    replica["TEST"] = {"MIRROR": "default"}
    return {"default": default, "replica": replica}


def _database(variable: str, url: str, password: str, pool: int) -> dict[str, Any]:
    try:
        database: dict[str, Any] = {**dj_database_url.parse(url)}
    except (ValueError, dj_database_url.ParseError, dj_database_url.UnknownSchemeError):
        raise ImproperlyConfigured(WRONG.format(variable)) from None
    if database["ENGINE"] == "django.db.backends.sqlite3":
        database |= _sqlite()
    elif database["ENGINE"] == "django.db.backends.postgresql":
        database |= _postgresql(pool, database.get("OPTIONS", {}))
        database["PASSWORD"] = database["PASSWORD"] or password
    else:
        raise ImproperlyConfigured(f"{variable} must name a PostgreSQL or SQLite database.")
    return database | {"CONN_MAX_AGE": 0}


def _sqlite() -> dict[str, Any]:
    return {
        "ENGINE": "chatsite.sqlite",
        "OPTIONS": {
            # IMMEDIATE: a read that upgrades to a write is refused without waiting, whatever the timeout.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            # Small caches of statements and pages: ten threads have one each, and hold the same in larger ones.
            "cached_statements": 24,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-500;",
        },
    }


def _postgresql(pool: int, options: dict[str, Any]) -> dict[str, Any]:
    """`options` are those of the address, as in `?sslmode=require`."""
    return {
        "OPTIONS": {
            "connect_timeout": 5,
            **options,
            # A hard maximum, because CONN_MAX_AGE leaks connections under ASGI. While the database is away the
            # pool doubles its pauses for five minutes: it must give up within seconds, so that the next request
            # tries anew.
            "pool": {"min_size": 1, "max_size": pool, "timeout": 3, "reconnect_timeout": 3},
        },
        "CONN_HEALTH_CHECKS": True,  # else each connection of the pool fails once after a restart
        # pgbouncer may give each transaction another connection, and a cursor would stay on the one before.
        "DISABLE_SERVER_SIDE_CURSORS": True,
    }


def without_pools(databases: dict[str, dict[str, Any]]) -> None:
    """For what runs once: the first connection that fails says why, and no pool goes on trying.

    Before anything has connected.
    """
    for database in databases.values():
        database["OPTIONS"].pop("pool", None)
