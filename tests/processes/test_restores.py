"""Restores that are refused, and that come from an older site or one with neighbours."""

import fcntl
import os
import tarfile

from tests.people import Person
from tests.processes.homes import Home, at_home, epoch, inhabit, say, settled, texts
from tests.services.postgres import Postgres
from tests.services.site import NewSite


def test_a_restore_is_refused_while_anything_runs(home: Home) -> None:
    _, backup, before = settled(home)
    with home.serving():
        # At once, before any audit or visitor: somebody has just started it.
        assert "stop the servers first" in home.refusal("restore", "--replace", str(backup))
    assert (epoch(home), texts(home)) == (before, ["before", "after"])
    home.site.manage("restore", "--replace", str(backup))
    assert texts(home) == ["before"]
    assert epoch(home) != before


def test_two_restores_do_not_meet(home: Home) -> None:
    _, backup, before = settled(home)
    descriptor = os.open(home.site.folder / "media", os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        assert "Another restore is running" in home.refusal("restore", "--replace", str(backup))
        assert (epoch(home), texts(home)) == (before, ["before", "after"])
    finally:
        os.close(descriptor)
    home.site.manage("restore", "--replace", str(backup))
    assert texts(home) == ["before"]


def test_people_are_replaced_only_by_those_who_say_so(home: Home) -> None:
    _, backup, before = settled(home)
    assert "say --replace" in home.refusal("restore", str(backup))
    assert (epoch(home), texts(home)) == (before, ["before", "after"])


def test_a_backup_of_a_newer_version_is_refused(home: Home) -> None:
    inhabit(home)
    home.site.close()
    home.ask("INSERT INTO django_migrations (app, name, applied) VALUES ('chat', '9999_x', '2026-01-01 00:00:00')")
    backup = home.back_up()
    home.ask("DELETE FROM django_migrations WHERE name = '9999_x'")
    before = epoch(home)
    assert "update this one" in home.refusal("restore", "--replace", str(backup))
    assert epoch(home) == before


def test_a_backup_of_an_older_version_is_brought_up_to_date(home: Home) -> None:
    applied = "SELECT app, name FROM django_migrations ORDER BY app, name"
    newest = home.ask(applied)
    company = inhabit(home)
    home.site.call(say, company.alice.id, company.general, "before")
    home.site.close()
    home.site.manage("migrate", "account", "0005", "--verbosity=0")
    assert home.ask(applied) != newest
    backup = home.back_up()
    home.site.manage("migrate", "--verbosity=0")
    home.site.manage("restore", "--replace", str(backup))
    assert home.ask(applied) == newest
    assert texts(home) == ["before"]
    with home.serving():
        pass


def test_a_session_that_ended_since_lives_again_unless_everybody_is_signed_out(home: Home) -> None:
    company, backup, _ = settled(home)
    home.ask("DELETE FROM django_session")
    assert not can_read(home, company.bob)
    home.site.manage("restore", "--replace", str(backup))
    assert can_read(home, company.bob)
    home.site.manage("restore", "--replace", "--sign-out-everybody", str(backup))
    assert not can_read(home, company.bob)


def can_read(home: Home, person: Person) -> bool:
    with home.serving() as servers, person.http(servers[0].url) as http:
        return bool(http.get("/api/rooms").status_code == 200)


def test_what_others_keep_in_the_database_is_left_alone(new_postgres_site: NewSite, postgres: Postgres) -> None:
    with new_postgres_site() as site, at_home(site, ("daphne",), postgres) as home:
        home.ask("CREATE EXTENSION pg_stat_statements")
        home.ask("CREATE TABLE neighbours AS SELECT 'before' AS word")
        _, backup, _ = settled(home)
        with tarfile.open(backup) as tar:
            database = tar.extractfile("database")
            assert database
            assert b"neighbours" not in (dump := database.read())
            assert b"pg_stat_statements" not in dump
        home.ask("UPDATE neighbours SET word = 'after'")
        site.manage("restore", "--replace", str(backup))
        assert texts(home) == ["before"]
        assert home.ask("SELECT word FROM neighbours") == [("after",)]


def test_a_backup_of_the_other_engine_is_refused(
    new_site: NewSite, new_postgres_site: NewSite, postgres: Postgres
) -> None:
    with (
        new_site() as small,
        at_home(small, ("daphne",)) as first,
        new_postgres_site() as large,
        at_home(large, ("daphne",), postgres) as second,
    ):
        _, of_sqlite, _ = settled(first)
        _, of_postgresql, _ = settled(second)
        for home, foreign in ((first, of_postgresql), (second, of_sqlite)):
            before = epoch(home)
            assert "This backup is of" in home.refusal("restore", "--replace", str(foreign))
            assert (epoch(home), texts(home)) == (before, ["before", "after"])
