"""Somebody who removes others from rooms in the middle of a conversation, and says nothing."""

import asyncio
import random
from uuid import uuid4

from tests.faults.traffic import Conversation
from tests.people import Person, add_person
from tests.services.site import Server, Site


class Host:
    """A moderator of all rooms of a conversation."""

    def __init__(self, site: Site, talk: Conversation) -> None:
        self._person: Person = add_person(site, f"host-{uuid4().hex[:8]}")
        site.call(seat_on_site, self._person.id, list(talk.story.clocks))
        self._talk = talk
        self._dice = random.Random("host")

    async def remove_someone(self, server: Server) -> tuple[int, int]:
        """Remove anybody from one of their two rooms at this process; returns the user and the room."""
        talker = self._dice.choice([each for each in self._talk.talkers if len(each.rooms) > 1])
        room = self._dice.choice(talker.rooms)
        await asyncio.to_thread(self._remove, server, talker.guest.id, room)
        return talker.guest.id, room

    def _remove(self, server: Server, user: int, room: int) -> None:
        with self._person.http(server.url) as http:
            http.delete(f"/api/rooms/{room}/members/{user}").raise_for_status()


def seat_on_site(user: int, rooms: list[int]) -> None:
    """For `Site.call`: make the person a moderator of these rooms."""
    from django.db import transaction

    from chat.models import Room, User
    from tests import cast

    with transaction.atomic():
        # They are talking already, and a tick taken without the lock might be theirs, too.
        for room in Room.objects.lock(rooms).values():
            cast.add_member(room, User.objects.get(pk=user), "moderator")
