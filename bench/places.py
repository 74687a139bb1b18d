"""The rooms that are measured, and who sits in them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import seeding
from bench.crowd import Crowd, texts, write_seats
from bench.setups import Setup, Stage, serving
from tests.services.site import Site

ROOM_OF_FIVE = 5


@dataclass(frozen=True)
class Hall:
    """A room with a history, and the seats of its members."""

    id: int
    clock: int
    seats: list[seeding.Seat]


@contextmanager
def room_of(members: int, stage: Stage, setup: Setup) -> Iterator[Crowd]:
    """A running site with one room, all of whose members connect."""
    with stage.site(setup) as site:
        seats = seat(site, people=members, rooms=1, size=members)
        with serving(site, setup) as servers:
            yield Crowd(tuple(server.port for server in servers), seats, members, origin=site.url)


def seat(site: Site, *, people: int, rooms: int, size: int) -> Path:
    """Fill the site with people and rooms; the file of seats, each person in the first of their rooms."""
    accounts = site.call(seeding.people, people)
    ids = site.call(seeding.rooms, [user for user, _ in accounts], rooms, size)
    stride = people // rooms
    seats = [(user, session, ids[place // stride]) for place, (user, session) in enumerate(accounts)]
    return write_seats(site.folder / "seats", seats)


def hall(site: Site, members: int, messages: int) -> Hall:
    people = site.call(seeding.people, members)
    [room] = site.call(seeding.rooms, [user for user, _ in people], 1, members)
    site.call(seeding.fill, room, messages, texts())
    return Hall(room, members + messages, [(user, session, room) for user, session in people])
