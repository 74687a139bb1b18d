"""The measured figures that the capacity model goes by, from results.json and parts.json in docs/bench."""

import json
from dataclasses import dataclass
from pathlib import Path

from bench.places import HALL
from bench.results import Results
from bench.targets import outcome
from tests.services.programs import ROOT

RESULTS = ROOT / "docs/bench/results.json"
PARTS = ROOT / "docs/bench/parts.json"
SERVER = "daphne"  # CHAT_SERVER where nobody says otherwise


@dataclass(frozen=True)
class Cost:
    """Microseconds of one piece of work in a site's process and in PostgreSQL."""

    process: float
    database: float

    def in_batch(self, batched: "Cost", size: float) -> "Cost":
        """Of one among `size`, where one among many costs `batched`: what it costs more alone is shared."""
        return Cost(
            batched.process + (self.process - batched.process) / size,
            batched.database + (self.database - batched.database) / size,
        )


@dataclass(frozen=True)
class Figures:
    """
    Attributes:
        connection: microseconds a second that an idle connection takes of a core: heartbeats, audits, clocks.
        frame: microseconds to send a frame of its own to one client; `byte` for each byte of it besides.
        post, marker, again: alone in a transaction; `…_batched` as one of many. `again` is what a person's process
            reads anew after their marker has moved.
        history, page, hello: microseconds of a core for a page of history, of the site, and for a new socket.
        kib, process_kib: of memory for a connection, and of a process without any.
        say, hear: microseconds of a process for an announcement; `say_redis` and `hear_redis` of Redis,
            `redis_kib` for each KiB of it and listener besides.
        present, present_process: microseconds to hear of someone elsewhere, and besides for each process there is.
        present_kib, present_bytes: of memory for a person whose presence is known, and of its repetition in Redis.
        greet, greet_bytes: microseconds and bytes of a person in the list of those present.
        change_bytes, announcement_bytes: of an average message, to a client and in Redis.
        commits: small transactions/s of PostgreSQL with two cores, on the disk.
    """

    connection: float
    frame: float
    byte: float
    post: Cost
    marker: Cost
    marker_batched: Cost
    again: Cost
    again_batched: Cost
    history: float
    page: float
    hello: float
    kib: float
    process_kib: float
    say: float
    hear: float
    say_redis: float
    hear_redis: float
    redis_kib: float
    present: float
    present_process: float
    present_kib: float
    present_bytes: float
    greet: float
    greet_bytes: float
    change_bytes: float
    announcement_bytes: float
    commits: float


def read(server: str = SERVER, results: Path = RESULTS, parts: Path = PARTS) -> Figures:
    """The figures of one server with PostgreSQL and Redis. Raises `LookupError` if the run lacks one of them."""
    setup = f"{server}-postgresql-1"
    run = Results.read(results)
    found = {}
    for part in ("cost", "ceiling", "pages", "storm", "memory"):
        if (measured := outcome(run, part, setup)) is None:
            raise LookupError(f"{results} has no figures of {part} for {setup}.")
        found[part] = measured
    part_of = json.loads(parts.read_text(encoding="utf-8"))["parts"]
    cost, memory, requests = found["cost"], found["memory"].values(), found["pages"]

    def of(name: str) -> Cost:
        return Cost(part_of[f"{name}_us"], part_of[f"{name}_database_us"])

    # What is left of a message to a hundred are their frames. Its post is taken off as if it had been one of many,
    # which few are at that rate: so a frame is rather less than this.
    post = of("post_batched")
    frames = max(cost["alone_us"], cost["idle_crowd_us"]) - post.process - post.database
    per_delivery = 1e6 / found["ceiling"]["deliveries_per_second"]
    return Figures(
        connection=cost["idle_crowd_share"] / cost["idle_connections"] * 1e6,
        # Never less than at the ceiling, where many messages share a frame.
        frame=max(frames / HALL, per_delivery),
        byte=per_delivery / part_of["change_bytes"],
        post=of("post"),
        marker=of("marker"),
        marker_batched=of("marker_batched"),
        again=of("again"),
        again_batched=of("again_batched"),
        history=1e6 / requests["/api/rooms/1/messages"]["requests_per_second"],
        page=1e6 / requests["/rooms/1/"]["requests_per_second"],
        hello=found["storm"]["seconds"] / found["storm"]["resumed"] * 1e6,
        kib=max(size["kib_per_connection"] for size in memory),
        process_kib=max(size["process_kib"] for size in memory),
        say=part_of["say_us"],
        hear=part_of["hear_us"],
        say_redis=part_of["say_redis_us"],
        hear_redis=part_of["hear_redis_us"],
        redis_kib=part_of["hear_redis_us_per_kib"],
        present=part_of["present_us"],
        present_process=part_of["present_us_per_process"],
        present_kib=part_of["present_kib"],
        present_bytes=part_of["present_bytes"],
        greet=part_of["greet_us"],
        greet_bytes=part_of["greet_bytes"],
        change_bytes=part_of["change_bytes"],
        announcement_bytes=part_of["announcement_bytes"],
        commits=part_of["commits_per_second"],
    )
