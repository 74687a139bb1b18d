"""Many people in a few rooms, made in one call behind the stage: one by one would take longer than the test."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from tests.services.site import Site


@dataclass(frozen=True)
class Guest:
    """Who takes part: a signed-in person and the rooms they are in."""

    id: int
    username: str
    cookies: dict[str, str]
    rooms: tuple[int, ...]


@dataclass(frozen=True)
class Cast:
    """Who takes part in a conversation, and each room's clock when all were in it."""

    origin: str
    people: list[Guest]
    clocks: dict[int, int]


def gather(site: Site, people: int, rooms: int) -> Cast:
    """New people, each in two of the new rooms."""
    places = [rooms_of(number, rooms) for number in range(people)]
    made = site.call(people_on_site, uuid4().hex[:8], places, rooms)
    guests = [Guest(**guest | {"rooms": tuple(guest["rooms"])}) for guest in made["people"]]
    return Cast(site.url, guests, dict(made["clocks"]))


def rooms_of(number: int, rooms: int) -> list[int]:
    """The places of the `number`th person's rooms: all rooms alike, and all pairs in turn."""
    first = number % rooms
    return [first, (first + 1 + number // rooms % (rooms - 1)) % rooms]


def people_on_site(run: str, places: list[list[int]], rooms: int) -> dict[str, Any]:
    """For `Site.call`: people and rooms as `gather` wants them."""
    from chat.models import Room
    from tests import cast

    made = [cast.add_room(f"Talk {run} {number}", members={}) for number in range(rooms)]
    people = []
    for number, its_places in enumerate(places):
        user = cast.add_person(f"talker{number}-{run}")
        for place in its_places:
            cast.add_member(made[place], user)
        its_rooms = [made[place].pk for place in its_places]
        people.append(
            {"id": user.pk, "username": user.username, "cookies": cast.sign_in(user), "rooms": its_rooms}
        )
    ids = [room.pk for room in made]
    return {"people": people, "clocks": list(Room.objects.filter(pk__in=ids).values_list("pk", "clock"))}
