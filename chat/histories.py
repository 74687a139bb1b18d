"""What a person was told, and what moderators may read about one, or about a room."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import F, Q

from . import ranks, undoing
from .errors import not_found
from .models import Membership, ModerationAction, Note, Notice, Removal, Room, Sanction, User

PAGE = 50
Action = ModerationAction.Action
# Not told of a room: which cases a moderator may know of, their queue answers; and a warning is a private word,
# maybe one to the reader.
UNTOLD = (
    Action.REPORT,
    Action.ASSIGN,
    Action.RESOLVE,
    Action.DISMISS,
    Action.LOOK,
    Action.RULE_HIT,
    Action.WARN,
)


@dataclass(frozen=True, slots=True)
class History:
    person: User
    sanctions: list[Sanction]
    acts: list[ModerationAction]  # the newest first
    more: bool


@dataclass(frozen=True, slots=True)
class RoomHistory:
    acts: list[ModerationAction]  # the newest first
    undo: set[int]  # of them those that the reader may take back now
    more: bool


def notices(user: User) -> list[Notice]:
    """The person's own, at most 50: first what they have not seen, and the newest first."""
    rows = Notice.objects.filter(user=user).select_related("room", "by")
    return as_called_then(user, list(rows.order_by(F("seen_at").desc(nulls_first=True), "-pk")[:PAGE]))


def as_called_then(user: User, rows: list[Notice]) -> list[Notice]:
    """Notices of this person, with the names of private rooms that they are in no more as the record has them:
    those were removed, and a new name is not theirs to know."""
    rooms = {row.room_id for row in rows if row.room is not None and row.room.kind == Room.Kind.PRIVATE}
    mine = Membership.objects.filter(user=user, left=False, room__in=rooms) if rooms else Membership.objects.none()
    lost = rooms - set(mine.values_list("room_id", flat=True))
    if lost:
        acts = ModerationAction.objects.filter(person=user, room__in=lost).order_by("pk")
        told = list(acts.values_list("room_id", "at", "room_name"))
        for row in rows:
            if row.room is not None and row.room_id in lost:
                names = [name for room_id, at, name in told if room_id == row.room_id and at <= row.created_at]
                row.room.name = names[-1] if names else ""
    return rows


def of_person(user: User, person_id: int, *, room_id: int | None = None, before: int | None = None) -> History:
    """The record about a person and the sanctions that stand.

    All of it is for the site's moderators; what was done in a room, for those of the room too. Only who stands
    above the person reads it: it tells who has reported them. `before` is the id of the last act of the last page.

    Raises `Refused` as `ranks.require_moderator` and `ranks.require_outranks` do, and `not_found` for a person who
    is not there.
    """
    room = Room.objects.filter(pk=room_id).first() if room_id is not None else None
    if room_id is not None and room is None:
        raise not_found()
    ranks.require_moderator(user, room)
    person = _person(person_id)
    ranks.require_outranks(user, person, room)
    standing = Sanction.objects.active().filter(user=person).select_related("room")
    acts = ModerationAction.objects.filter(person=person)
    if room is not None:
        standing, acts = standing.filter(room=room), acts.filter(room=room)
    if before is not None:
        acts = acts.filter(pk__lt=before)
    found = list(acts.order_by("-pk")[: PAGE + 1])
    return History(person, list(standing.order_by("-pk")), found[:PAGE], len(found) > PAGE)


def of_room(user: User, room_id: int, *, before: int | None = None) -> RoomHistory:
    """What was done in a room, but for what is `UNTOLD`: for its moderators. A constant number of queries.

    What others did to the reader their notices tell, which name nobody. `before` is the id of the last act of
    the last page. Raises `Refused` as `ranks.require_moderator` does.
    """
    room = _moderated(user, room_id)
    acts = ModerationAction.objects.filter(room=room).exclude(action__in=UNTOLD)
    acts = acts.exclude(~Q(actor=user), person=user)
    if before is not None:
        edge = acts.filter(pk=before).values_list("at", flat=True).first()
        if edge is None:
            raise not_found("act")
        acts = acts.filter(Q(at__lt=edge) | Q(at=edge, pk__lt=before))
    found = list(acts.order_by("-at", "-pk")[: PAGE + 1])
    undo = undoing.possible(user, room, found[:PAGE], newest=before is None)
    return RoomHistory(found[:PAGE], undo, len(found) > PAGE)


def removals(user: User, room_id: int, message_ids: Collection[int]) -> list[Removal]:
    """Who took these messages of a room away, and why: for its moderators, but for the reader's own messages.

    Raises as `of_room` does.
    """
    room = _moderated(user, room_id)
    found = Removal.objects.filter(message__in=message_ids, message__room=room).exclude(message__author=user)
    return list(found.select_related("by"))


def _moderated(user: User, room_id: int) -> Room:
    room = Room.objects.filter(pk=room_id).first()
    if room is None:
        raise not_found()
    ranks.require_moderator(user, room)
    return room


def notes_about(user: User, person_id: int) -> list[Note]:
    """For moderators of the site who stand above the person: nobody reads what is noted about themselves.

    Raises `Refused`: `forbidden` to all others, `not_found` for a person who is not there.
    """
    ranks.require_moderator(user, None)
    person = _person(person_id)
    ranks.require_outranks(user, person)
    return list(Note.objects.filter(person=person).select_related("author").order_by("-pk"))


def _person(person_id: int) -> User:
    person = User.objects.filter(pk=person_id).first()
    if person is None:
        raise not_found("person")
    return person
