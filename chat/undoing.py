"""Which acts in a room can be taken back now: what they did still stands, and the reader is above whom it hit."""

from collections.abc import Sequence
from datetime import datetime

from . import ranks
from .models import ModerationAction, Removal, Room, Sanction, User

Action = ModerationAction.Action

SANCTIONS = {Action.MUTE: Sanction.Kind.MUTE, Action.BAN: Sanction.Kind.BAN}
REMOVALS = (Action.DELETE_MESSAGE, Action.HIDE)


def possible(user: User, room: Room, acts: Sequence[ModerationAction], *, newest: bool) -> set[int]:
    """The ids of those of the acts, the newest first, that the user may undo. Five queries for any number.

    A later act of the same kind takes the place of an earlier one: so only the last one that set how the room is
    can be undone, and only if these acts are the `newest` of the room.
    """
    people = {act.person_id for act in acts if act.person_id is not None}
    below = ranks.outranked(user, people, room)
    hitting = [act for act in acts if act.person_id in below]
    everywhere = ranks.moderates_site(user)
    undo = _sanctions(room, hitting) | _removals(hitting) | _purges(room, hitting, everywhere=everywhere)
    return undo | _settings(room, acts) if newest else undo


def _sanctions(room: Room, acts: Sequence[ModerationAction]) -> set[int]:
    given = [act for act in acts if act.action in SANCTIONS]
    standing = {
        (user_id, kind): since
        for user_id, kind, since in Sanction.objects.active()
        .filter(room=room, user__in={act.person_id for act in given})
        .values_list("user_id", "kind", "created_at")
    }
    kinds = {act.pk: SANCTIONS[Action(act.action)] for act in given}
    return {act.pk for act in given if _is_of(act, standing.get((act.person_id or 0, kinds[act.pk])))}


def _removals(acts: Sequence[ModerationAction]) -> set[int]:
    taken = [act for act in acts if act.action in REMOVALS]
    rows = Removal.objects.filter(message__in={act.message_id for act in taken})
    standing = dict(rows.values_list("message_id", "at"))
    return {act.pk for act in taken if _is_of(act, standing.get(act.message_id or 0))}


def _is_of(act: ModerationAction, since: datetime | None) -> bool:
    """What stands since then is of this act, and of no earlier one: it is recorded once it is done."""
    return since is not None and since <= act.at


def _purges(room: Room, acts: Sequence[ModerationAction], *, everywhere: bool) -> set[int]:
    purges = [act for act in acts if act.action == Action.PURGE_MESSAGES]
    at = {act.pk: datetime.fromisoformat(act.after["at"]) for act in purges}
    rows = Removal.objects.filter(message__room=room, message__author__in={act.person_id for act in purges})
    standing = set(rows.filter(at__in=at.values()).values_list("at", flat=True)) if purges else set()
    return {act.pk for act in purges if at[act.pk] in standing and (everywhere or not act.after["everywhere"])}


def _settings(room: Room, acts: Sequence[ModerationAction]) -> set[int]:
    """What was closed or slowed down; that it was opened again needs no undoing."""
    undo: set[int] = set()
    now: dict[str, object] = {
        Action.LOCK: room.locked,
        Action.SLOW_MODE: room.slow_mode,
        Action.ANNOUNCEMENTS: room.announcements,
    }
    for act in acts:
        if act.action in now and now.pop(act.action) and any(act.after.values()):
            undo.add(act.pk)
    return undo
