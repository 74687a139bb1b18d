"""Accounts: closed, opened again, and signed out everywhere, by a moderator of the site."""

from django.db import transaction

from chat import ranks
from chat.actions import people
from chat.errors import Refused

from .record import Action, Actor, checked_reason, record
from .subjects import lock_subject


def deactivate(*, by: Actor, person_id: int, reason: str) -> None:
    """Close an account: every session ends, sockets close, and nobody signs in to it until it is opened again.

    Memberships and roles stay for that day. So a room may be left with no owner but a closed account: in public
    rooms the site's moderators act all the same and can make another owner (`rooms.put_member`). Owners of the
    site stand below nobody, so that none of them, the last included, can be closed out.

    Raises `Refused`: `invalid` for the reason, and what `lock_subject` raises.
    """
    reason = checked_reason(reason)
    _set_active(False, by=by, person_id=person_id, reason=reason)


def reactivate(*, by: Actor, person_id: int, reason: str = "") -> None:
    """Open an account again. Raises as `deactivate` does, but needs no reason; `conflict` for one
    that its owner deleted."""
    reason = checked_reason(reason, needed=False)
    _set_active(True, by=by, person_id=person_id, reason=reason)


def _set_active(active: bool, *, by: Actor, person_id: int, reason: str) -> None:
    with transaction.atomic():
        person, _room = lock_subject(by=by, person_id=person_id, room_id=None)
        if person.is_active == active:
            return
        if person.is_former:
            raise Refused("conflict", "This account was deleted.")
        person.is_active = active
        # A closed account has no rank: what it had comes back when it is opened, and counts.
        ranks.require_outranks(by.user, person)
        person.save(update_fields=["is_active"])
        action = Action.REACTIVATE if active else Action.DEACTIVATE
        record(by=by, action=action, person=person, reason=reason)
        if not active:
            people.sign_out_everywhere(user=person)


def sign_out_everywhere(*, by: Actor, person_id: int, reason: str = "") -> None:
    """End all sessions of another person, for instance because a device was lost. Raises as `reactivate` does."""
    reason = checked_reason(reason, needed=False)
    with transaction.atomic():
        person, _room = lock_subject(by=by, person_id=person_id, room_id=None)
        people.sign_out_everywhere(user=person)
        record(by=by, action=Action.SIGN_OUT, person=person, reason=reason)
