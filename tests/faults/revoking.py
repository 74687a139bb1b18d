"""People who listen in every way at every process lose what they may read, all at once, while others talk on."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import uuid4

from tests.client import online
from tests.faults.ears import WAYS, Ear, Post
from tests.faults.endings import Ending, deactivate_on_site
from tests.people import Person, add_person, add_room
from tests.processes.pairs import eventually
from tests.services.site import Server, Site

CALM, BUSY = 0.5, 0.02  # seconds between two posts
HEARD = 3  # posts that reach each ear before anything ends
PATIENCE = 60.0


@dataclass
class Room:
    """Its owner talks in it, and listens at every process to the end."""

    owner: Person
    id: int
    clock: int
    pause: float
    ears: list[Ear] = field(default_factory=list)
    over: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass
class Revoked:
    """What one person heard of a room; `at` is when what ended it had been committed."""

    ending: Ending
    person: Person
    room: Room
    ears: list[Ear] = field(default_factory=list)
    at: float = 0.0

    def heard_late(self, seconds: float) -> list[tuple[str, Post]]:
        """What was begun, and so committed, more than so many seconds after the end, and heard all the same."""
        return [(ear.place, post) for ear in self.ears for post in ear.heard if post.begun > self.at + seconds]

    def heard_beyond(self) -> list[tuple[str, Post]]:
        """What came after the tick at which everybody saw them go."""
        last = self.room.ears[0].left[self.person.id]
        return [(ear.place, post) for ear in self.ears for post in ear.heard if post.tick > last]


async def revoke_all(servers: Sequence[Server], endings: Sequence[Ending], seconds: float) -> list[Revoked]:
    """Let all of this end, and listen until everybody else has heard what was said `seconds` later."""
    revoked = await asyncio.to_thread(bring_together, servers[0].site, endings)
    # Once for nobody: finding Redis for the first time takes its time, and is no part of what is measured.
    await asyncio.to_thread(servers[0].site.call, deactivate_on_site, 0)
    rooms = list({case.room.id: case.room for case in revoked}.values())
    listening: list[asyncio.Task[None]] = []
    for number, case in enumerate(revoked):
        listening += listen_everywhere(servers, case.person, case.room, case.ears)
        # These cost more: at every process, but not for everyone, and never at the one where it ends.
        for further, way in enumerate(("stream", "poll"), start=1):
            at = (number + further) % len(servers)
            listening.append(listen(way, at, servers, case.person, case.room, case.ears))
    for room in rooms:
        listening += listen_everywhere(servers, room.owner, room, room.ears)
    talking = [asyncio.create_task(talk_on(servers[0], room)) for room in rooms]
    others = [ear for room in rooms for ear in room.ears]
    everybody = others + [ear for case in revoked for ear in case.ears]
    try:
        await eventually(lambda: all(len(ear.heard) >= HEARD for ear in everybody), "the first words", PATIENCE)
        for number, case in enumerate(revoked):
            server = servers[number % len(servers)]
            arguments = (server, case.person, case.room.owner, case.room.id)
            case.at = await asyncio.to_thread(case.ending.happen, *arguments)
        until = max(case.at for case in revoked) + seconds
        await eventually(lambda: all(ear.heard[-1].begun > until for ear in others), "the last words", PATIENCE)
    finally:
        for room in rooms:
            room.over.set()
        for task in listening:
            task.cancel()
        found = await asyncio.gather(*listening, *talking, return_exceptions=True)
    for broken in found:
        # An ear that ended by a mistake heard nothing, and proves nothing.
        if isinstance(broken, Exception):
            raise broken
    return revoked


def bring_together(site: Site, endings: Sequence[Ending]) -> list[Revoked]:
    """A calm room, and one of fifty messages a second for whoever leaves in the middle of them."""
    run = uuid4().hex[:8]
    revoked: list[Revoked] = []
    for pause, concerned in (
        (CALM, [ending for ending in endings if not ending.leaves]),
        (BUSY, [ending for ending in endings if ending.leaves]),
    ):
        if concerned:
            owner = add_person(site, f"alice-{pause * 100:.0f}-{run}", owner=True)
            people = [add_person(site, f"bob-{pause * 100:.0f}-{n}-{run}") for n in range(len(concerned))]
            members = {owner: "owner"} | dict.fromkeys(people, "member")
            room = Room(owner, add_room(site, members=members), len(members), pause)
            revoked += [Revoked(ending, person, room) for ending, person in zip(concerned, people, strict=True)]
    return revoked


def listen_everywhere(
    servers: Sequence[Server], person: Person, room: Room, ears: list[Ear]
) -> list[asyncio.Task[None]]:
    return [listen("socket", number, servers, person, room, ears) for number in range(len(servers))]


def listen(
    way: str, number: int, servers: Sequence[Server], person: Person, room: Room, ears: list[Ear]
) -> asyncio.Task[None]:
    ears.append(Ear(f"{way} at {number}"))
    return asyncio.create_task(WAYS[way](ears[-1], servers[number], person, room.id, room.clock))


async def talk_on(server: Server, room: Room) -> None:
    async with online(server, room.owner) as client:
        while not room.over.is_set():
            begun = time.time()
            await client.send("post", room=room.id, text=repr(begun))
            await asyncio.sleep(max(0, begun + room.pause - time.time()))
