"""Start one server process in the foreground. Everything that runs the site runs this."""

import gc
import importlib
import logging
import socket
from argparse import ArgumentParser
from contextlib import closing
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import Error as DatabaseFailure
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.module_loading import import_string

from chat.actions import setup
from chat.unpooled import unpooled

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Start one server process in the foreground (CHAT_SERVER chooses Daphne or uvicorn)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, host: str, port: int, **options: Any) -> None:
        self._require_database()
        self._require_port(host, port)
        code = self._setup_code()
        connection.close()

        application = import_string(settings.ASGI_APPLICATION)

        def ready() -> None:
            # On loopback people come by the port itself, elsewhere through the proxy at SITE_URL.
            address = f"http://{host}:{port}" if settings.SITE_IS_LOOPBACK else settings.SITE_URL
            self._say(f"chatsite is ready: {address} (listening on {host}:{port})")
            if code:
                self._say(f"Set it up at {address}/setup/ with the code {code}")

        server = importlib.import_module(f"chat.servers.{settings.CHAT_SERVER}")
        _calm_the_collector()
        server.serve(application, host=host, port=port, ready=ready)

    def _require_database(self) -> None:
        with closing(unpooled()) as database:
            try:
                executor = MigrationExecutor(database)
                missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
            except DatabaseFailure as error:
                reason = str(error).strip().splitlines()[0]
                raise CommandError(f"DATABASE_URL: the database cannot be reached ({reason}).") from None
        if missing:
            raise CommandError("The database is not up to date: run `manage.py migrate` first.")

    def _require_port(self, host: str, port: int) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except (OSError, OverflowError) as error:
                raise CommandError(f"Cannot listen on {host}:{port} ({error}). Choose another --port.") from None

    def _setup_code(self) -> str | None:
        """On this machine alone nobody else can be first; anywhere else the page asks for the code."""
        if settings.SITE_IS_LOOPBACK or setup.is_set_up():
            return None
        return setup.setup_code()

    def _say(self, sentence: str) -> None:
        if settings.LOG_FORMAT == "json":
            # A program reads it, line by line.
            logger.info("%s", sentence)
        else:
            self.stdout.write(sentence)
            self.stdout.flush()


def _calm_the_collector() -> None:
    """Keep Python's search for cycles from stopping every socket for a tenth of a second and more.

    With its own thresholds it looked through everything alive several times a second under load, a fifth of the
    processor's time. What start-up made stays for good, and what a message makes is freed by its last reference.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 10, 10)
