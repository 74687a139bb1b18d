"""The rooms that are measured, and who sits in them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from bench import seeding
from bench.crowd import Crowd, texts, write_seats
from bench.scale import Scale
from bench.seeding import Seat
from bench.setups import Setup, Stage, serving
from tests.services.site import Site

ROOM_OF_FIVE = 5
HALL = 100  # members of a room with a history


@dataclass(frozen=True)
class Hall:
    """A room with a history, and the seats of its members."""

    id: int
    clock: int
    seats: list[Seat]


@dataclass(frozen=True)
class Old:
    """Two rooms, of which one has a long history, and many people beside them, each in several rooms of five."""

    short: Hall
    long: Hall
    idle: list[Seat]


@contextmanager
def room_of(members: int, stage: Stage, setup: Setup) -> Iterator[Crowd]:
    """A running site with one room, all of whose members connect."""
    with stage.site(setup) as site:
        seats = seat(site, people=members, rooms=1, size=members)
        with serving(site, setup) as servers:
            yield Crowd.of(servers, write_seats(site.folder / "seats", seats), members)


def seat(site: Site, *, people: int, rooms: int, size: int) -> list[Seat]:
    """Fill the site with people and rooms; each person's seat is in the first of their rooms."""
    accounts = site.call(seeding.people, people)
    ids = site.call(seeding.rooms, [user for user, _ in accounts], rooms, size)
    stride = people // rooms
    return [(user, session, ids[place // stride]) for place, (user, session) in enumerate(accounts)]


@contextmanager
def old_site(stage: Stage, setup: Setup, scale: Scale) -> Iterator[tuple[Site, Old]]:
    """A site with a history, copied from one that is filled once a run."""
    with stage.arranged(setup, "old", partial(_grow_old, scale=scale)) as arranged:
        yield arranged


def _grow_old(site: Site, scale: Scale) -> Old:
    idle = max(scale.idle)
    short, long = (_hall(site, messages) for messages in (scale.short, scale.long))
    # As many rooms as people: each is in five.
    return Old(short, long, seat(site, people=idle, rooms=idle, size=ROOM_OF_FIVE))


def _hall(site: Site, messages: int) -> Hall:
    seats = seat(site, people=HALL, rooms=1, size=HALL)
    room = seats[0][2]
    site.call(seeding.fill, room, messages, texts())
    return Hall(room, HALL + messages, seats)
