"""Two processes of a site that read history from a streaming replica.

The replica logs every statement; what is in its log was read there.
"""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import psycopg

from tests.ledger import Object
from tests.processes.pairs import Pair
from tests.services.postgres import Postgres, running_postgres
from tests.services.replica import Replica, running_replica
from tests.services.site import Server, running_site


@dataclass(frozen=True)
class Replicated:
    pair: Pair
    primary: Postgres
    replica: Replica

    @property
    def servers(self) -> tuple[Server, Server]:
        return self.pair.first, self.pair.second

    def pages_served(self) -> int:
        """Pages that were read from the replica since the last call."""
        return len(re.findall(r'statement: SELECT .*FROM "chat_message" INNER JOIN', self.replica.new_log()))

    def replayed(self, room: int) -> bool:
        """Whether the replica has come as far as the primary in this room."""
        query = "SELECT clock FROM chat_room WHERE id = %s"
        with psycopg.connect(self.primary.url) as connection:
            row = connection.execute(query, [room]).fetchone()
            assert row is not None
        return bool(self.replica.ask("chat", query, (room,)) == row[0])


@contextmanager
def running_replicated(redis_url: str) -> Iterator[Replicated]:
    with ExitStack() as stack:
        primary = stack.enter_context(running_postgres())
        replica = stack.enter_context(running_replica(primary))
        settings = {"DATABASE_REPLICA_URL": replica.url}
        site = stack.enter_context(running_site(primary.url, redis_url, **settings))
        site.manage("migrate", "--verbosity=0")
        pair = Pair(site, stack.enter_context(site.serve("daphne")), stack.enter_context(site.serve("uvicorn")))
        yield Replicated(pair, primary, replica)


def texts(page: Object) -> list[str]:
    return [message.get("text", "") for message in page["messages"]]
