"""The benchmark's load generator against a real server: what it counts is what happened."""

import os
import sys
from pathlib import Path

import pytest

from bench import generator
from tests.people import add_person, add_room
from tests.services.programs import require
from tests.services.site import NewSite

# The generator waits with epoll.
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the load generator needs Linux")


@pytest.fixture(scope="module", autouse=True)
def _compiler() -> None:
    require("cc")


def test_all_that_is_said_in_two_rooms_reaches_everybody_there(new_site: NewSite, tmp_path: Path) -> None:
    people, texts = tmp_path / "people", tmp_path / "texts"
    texts.write_text('Plain.\nWith "quotes", a \\ and **bold** 日本語.\n')
    with new_site() as site:
        company = [add_person(site, f"user{number}") for number in range(10)]
        halves = [company[:5], company[5:]]
        rooms = [add_room(site, members=dict.fromkeys(half, "member")) for half in halves]
        people.write_text(
            "".join(
                f"{person.id} {person.cookies['sessionid']} {room}\n"
                for room, half in zip(rooms, halves, strict=True)
                for person in half
            )
        )
        with site.serve() as server:
            cores = ",".join(map(str, os.sched_getaffinity(0)))
            options = {"port": server.port, "origin": site.url, "people": people, "connections": 10}
            report = generator.run(
                "talk", cores=cores, **options, texts=texts, senders=4, rate=40, seconds=1, warmup=0.2
            )
            resumed = generator.run("storm", cores=cores, **options)

    assert report["connections"] == 10
    assert report["sent"] == report["acknowledged"] > 0
    assert report["deliveries"] == report["expected"] == 5 * report["sent"]
    assert (report["refused"], report["gaps"], report["closed"], report["errors"]) == (0, 0, 0, [])
    assert 0 < report["p50_ms"] <= report["p99_ms"] <= report["max_ms"]
    assert resumed["resumed"] == 10
