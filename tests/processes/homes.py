"""A site on either database with what its operator has at hand: the tables, the disk, and the commands."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from psycopg import sql

from tests.people import Company, gather
from tests.services.postgres import Postgres
from tests.services.programs import ROOT, temporary_folder
from tests.services.site import MANAGE, Server, Site
from tests.services.sqlite import opened

EPOCH = "SELECT epoch FROM chat_site"
TEXTS = "SELECT text FROM chat_message ORDER BY tick"


@dataclass(frozen=True)
class Home:
    """`kinds` are the servers that it runs, `backups` is a folder on another disk."""

    site: Site
    backups: Path
    kinds: tuple[str, ...]
    postgres: Postgres | None

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        if self.postgres is None:
            with closing(opened(self.site.folder / "chat.sqlite3")) as connection:
                return connection.execute(query).fetchall()
        with psycopg.connect(self.site.database_url, autocommit=True) as connection:
            cursor = connection.execute(query.encode())
            return cursor.fetchall() if cursor.description else []

    @contextmanager
    def serving(self) -> Iterator[list[Server]]:
        with ExitStack() as stack:
            yield [stack.enter_context(self.site.serve(kind)) for kind in self.kinds]

    def back_up(self) -> Path:
        return Path(self.site.manage("backup", "--to", str(self.backups)).stdout.strip())

    def begin(self, *arguments: str) -> "subprocess.Popen[str]":
        """A command of `manage.py` that is left running."""
        return subprocess.Popen(
            [sys.executable, *MANAGE, *arguments],
            cwd=ROOT,
            env=self.site.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def refusal(self, *arguments: str) -> str:
        """What a command says that fails: a sentence, no traceback."""
        done = self.site.manage(*arguments, check=False)
        assert done.returncode == 1, done.stdout
        assert "Traceback" not in done.stderr
        return done.stderr

    def destroy(self) -> None:
        """Leave an empty database and no file at all, as on a new machine."""
        self.site.close()
        shutil.rmtree(self.site.folder / "media")
        if self.postgres is None:
            for path in self.site.folder.glob("chat.sqlite3*"):
                path.unlink()
            return
        name = sql.Identifier(self.site.database_url.rpartition("/")[2])
        with psycopg.connect(self.postgres.url_of("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {}").format(name))
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(name))


@contextmanager
def at_home(site: Site, kinds: tuple[str, ...], postgres: Postgres | None = None) -> Iterator[Home]:
    with temporary_folder("backups") as folder:
        yield Home(site, folder, kinds, postgres)


@contextmanager
def neighbour(home: Home) -> "Iterator[psycopg.Connection[Any]]":
    """Somebody else in the site's database, in a transaction: a role that a restore does not wait for."""
    with psycopg.connect(home.site.database_url, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = 'neighbour'").fetchone():
            connection.execute("CREATE ROLE neighbour SUPERUSER LOGIN")
    with psycopg.connect(home.site.database_url, user="neighbour") as connection:
        yield connection


# What is said there, and what is found


def say(author: int, room: int, text: str, file: bool = False) -> None:
    """For `Site.call`."""
    import io

    from chat.actions import files
    from chat.actions.posting import Draft, post
    from chat.models import User

    attachments: tuple[int, ...] = ()
    if file:
        user = User.objects.get(pk=author)
        attachments = (files.upload(user=user, file=io.BytesIO(text.encode()), name="notes.txt").pk,)
    post(Draft(author, room, uuid4().hex, text, attachments=attachments))


def say_a_lot(author: int, room: int) -> None:
    """More than fits into a pipe, so that who writes it into one has to wait for the reader. For `Site.call`."""
    from chat.actions.posting import Draft, post_many

    post_many([Draft(author, room, uuid4().hex, f"{number} ".ljust(8000, "x")) for number in range(40)])


def inhabit(home: Home) -> Company:
    home.site.call(begin)
    return gather(home.site)


def begin() -> None:
    """As the first server does. For `Site.call`."""
    from chat.models import Site

    Site.load()


def settled(home: Home) -> tuple[Company, Path, str]:
    """A site on which something was said before its backup, and something after it; with its epoch."""
    company = inhabit(home)
    home.site.call(say, company.alice.id, company.general, "before", file=True)
    backup = home.back_up()
    home.site.call(say, company.alice.id, company.general, "after", file=True)
    home.site.close()
    return company, backup, epoch(home)


def epoch(home: Home) -> str:
    [(found,)] = home.ask(EPOCH)
    return str(found)


def texts(home: Home) -> list[str]:
    return [text for (text,) in home.ask(TEXTS)]


def stored_files(home: Home) -> set[str]:
    media = home.site.folder / "media"
    return {path.relative_to(media).as_posix() for path in media.rglob("*") if path.is_file()}
