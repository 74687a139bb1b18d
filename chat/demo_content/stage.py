"""Performs the demo through the same actions that people's clicks go through."""

from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils import timezone

from chat.actions import messages, people, posting, reading, rooms, setup
from chat.actions.moderation.record import Actor, Source
from chat.actions.posting import Draft
from chat.actions.reading import Marker
from chat.models import Membership, Room, Site, User

from .conversations import SCENES
from .people import PEOPLE, SITE_NAME
from .script import Said, Scene, moment

Cast = dict[str, User]


def perform(password: str) -> list[User]:
    """Set an empty site up and fill it, in one transaction. Everybody gets `password`; the first one is the owner.

    Raises `Refused` with `not_found` on a site that has people.
    """
    now = timezone.now()
    with transaction.atomic():
        cast = _register(password)
        for scene in SCENES:
            _play(scene, cast, now)
    return list(cast.values())


def _register(password: str) -> Cast:
    cast: Cast = {}
    for person in PEOPLE:
        join = people.register if cast else partial(setup.set_up, site_name=SITE_NAME)
        user = join(
            username=person.username,
            email=f"{person.username}@example.org",
            password=password,
            name=person.name,
        )
        if person.language:
            user = people.update_profile(user=user, name=user.name, language=person.language, time_zone="")
        cast[person.username] = user
    return cast


def _play(scene: Scene, cast: Cast, now: datetime) -> None:
    members = [cast[name] for name in scene.members.split()]
    room = _open_room(scene, members)
    for name in scene.moderators.split():
        rooms.put_member(
            by=Actor(members[0], Source.COMMAND),
            room_id=room.pk,
            user_id=cast[name].pk,
            role=Membership.Role.MODERATOR,
        )
    ids: dict[str, int] = {}
    ticks: list[int] = []
    for number, said in enumerate(scene.said):
        posted = posting.post(_draft(said, number, room, cast, ids, now))
        ticks.append(posted.tick)
        if said.label:
            ids[said.label] = posted.message_id
        _respond(said, posted.message_id, by=members[0], cast=cast)
    if scene.archived:
        rooms.change_room(by=Actor(members[0], Source.COMMAND), room_id=room.pk, archived=True)
    _read(scene, room, members, ticks)


def _open_room(scene: Scene, members: list[User]) -> Room:
    owner, *others = members
    lobby = Site.load().lobby
    if lobby is not None and scene.name == lobby.name:
        return rooms.change_room(by=Actor(owner, Source.COMMAND), room_id=lobby.pk, topic=scene.topic)
    room, _ = rooms.create_room(
        by=owner, kind=scene.kind, name=scene.name, topic=scene.topic, members=[user.pk for user in others]
    )
    return room


def _draft(said: Said, number: int, room: Room, cast: Cast, ids: dict[str, int], now: datetime) -> Draft:
    return Draft(
        author_id=cast[said.by].pk,
        room_id=room.pk,
        ref=f"demo-{room.pk}-{number}",
        text=said.text,
        reply_to=ids[said.reply_to] if said.reply_to else None,
        sent_at=moment(said.when, now),
    )


def _respond(said: Said, message_id: int, *, by: User, cast: Cast) -> None:
    for emoji, names in said.reactions.items():
        for name in names.split():
            messages.react(user_id=cast[name].pk, message_id=message_id, emoji=emoji, on=True)
    if said.pinned:
        messages.pin(user_id=by.pk, message_id=message_id, on=True)
    if said.deleted:
        messages.delete(user_id=cast[said.by].pk, message_id=message_id)


def _read(scene: Scene, room: Room, members: list[User], ticks: list[int]) -> None:
    """Everybody has read everything, but for what the site's owner has yet to see."""
    room.refresh_from_db(fields=["clock"])
    first_unread = ticks[-scene.unread] if scene.unread else room.clock + 1
    seen = {user.pk: first_unread - 1 if user.is_superuser else room.clock for user in members}
    reading.mark_read_many([Marker(user_id, room.pk, tick) for user_id, tick in seen.items()])
