"""Look for what operators get wrong, and say what to do."""

import sys
from argparse import ArgumentParser, ArgumentTypeError
from dataclasses import asdict
from functools import partial
from json import dumps
from typing import Any

from django.core.management.base import BaseCommand

from chat.doctor import address, clocks, databases, disk, mail, migrations, permissions, redis_servers
from chat.doctor.asking import Way
from chat.doctor.examination import examine
from chat.doctor.findings import Grade


def _place(given: str) -> tuple[str, int]:
    host, _, port = given.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65_536:
        raise ArgumentTypeError("it must be HOST:PORT, like proxy:443")
    return host.strip("[]"), int(port)


class Command(BaseCommand):
    help = (
        "Look for what operators get wrong: address, certificate, proxies, WebSockets, database, migrations, "
        "Redis, clocks, disk, mail, permissions. One line for each, which says what to do unless it is ok. Ends "
        "with 1 if there is a problem."
    )
    # What they would say is looked for here, and in sentences.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="a list of objects instead of lines")
        parser.add_argument("--mail-to", default="", metavar="ADDRESS", help="send a mail there; none otherwise")
        parser.add_argument(
            "--connect-to",
            type=_place,
            metavar="HOST:PORT",
            help="go there to ask SITE_URL, where its name does not lead to the proxy, as in a container",
        )

    def handle(
        self, *args: Any, json: bool, mail_to: str, connect_to: tuple[str, int] | None, **options: Any
    ) -> None:
        findings = examine(
            {
                "address": partial(address.check, Way(connect_to)),
                "database": databases.check,
                "replica": databases.check_replica,
                "migrations": migrations.check,
                "redis": redis_servers.check,
                "clock": clocks.check,
                "disk": disk.check,
                "mail": partial(mail.check, mail_to),
                "permissions": permissions.check,
            }
        )
        if json:
            self.stdout.write(dumps([asdict(finding) for finding in findings], indent=2))
        else:
            for finding in findings:
                self.stdout.write(f"{finding.grade:<8} {finding.check}: {finding.sentence}")
        self.stdout.flush()
        if any(finding.grade is Grade.PROBLEM for finding in findings):
            sys.exit(1)
