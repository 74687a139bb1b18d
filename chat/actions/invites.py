"""Invitations: links that let somebody in."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _

from chat import access
from chat.actions import rooms
from chat.actions.moderation.record import Action, Actor, record
from chat.errors import Refused
from chat.models import Invite, Membership, Room, Sanction, User


def create_invite(
    *, by: User, room: Room | None = None, expires_at: datetime | None = None, max_uses: int | None = None
) -> Invite:
    """A link into `room`, or to the site alone, for `max_uses` people (`None`: no limit) until `expires_at`.

    Members may invite into the rooms they are in, the site's staff to the site. Raises `Refused`: `not_found`
    for a room `by` is not in, `forbidden` for the site, `conflict` where the set of people is fixed.
    """
    if room is None and not by.is_staff:
        raise Refused("forbidden", _("Only the people who run this site invite to the site itself."))
    if room is not None:
        if not Membership.objects.filter(room=room, user=by, left=False).exists():
            raise Refused("not_found", _("There is no such room."))
        if room.kind == Room.Kind.DIRECT:
            raise Refused("conflict", _("The people of a direct room are fixed."))
    return Invite.objects.create(room=room, created_by=by, expires_at=expires_at, max_uses=max_uses)


def revoke_invite(*, by: Actor, invite: Invite) -> None:
    """End an invite. Its maker and the site's staff may; to others it does not exist.

    What staff end of another is on the record.
    """
    mine = by.user is not None and invite.created_by_id == by.user.pk
    if not mine and (by.user is None or not by.user.is_staff):
        raise Refused("not_found", _("There is no such invitation."))
    with transaction.atomic():
        ended = Invite.objects.filter(pk=invite.pk, revoked=False).update(revoked=True)
        if ended and not mine:
            after = {"invite": invite.pk}
            record(by=by, action=Action.REVOKE_INVITE, person=invite.created_by, room=invite.room, after=after)


def accept_invite(*, user: User, invite: Invite) -> None:
    """Somebody who has an account follows an invite into its room. Who is there already uses nothing up.

    Raises `Refused` with `forbidden` for an invite that does not work any more, and for people banned there.
    """
    room = invite.room
    if room is None or Membership.objects.filter(room=room, user=user, left=False).exists():
        return
    if access.is_banned(user.pk, room.pk):
        raise Refused("forbidden", _("You cannot join this room."))
    with transaction.atomic():
        use(invite)
        rooms.enter(user=user, room=room)


def use(invite: Invite) -> None:
    """Count one use, inside the caller's transaction.

    Raises `Refused` with `forbidden` when the invite does not work any more.
    """
    # Test and count are one statement on one table: the row lock then gives the last place to one person only.
    # PostgreSQL would not look again at what a subquery had found before it had to wait for that lock.
    free = find_invite(invite.token) and Invite.objects.usable().filter(pk=invite.pk).update(uses=F("uses") + 1)
    if not free:
        raise Refused("forbidden", _("This invitation does not work any more. Ask for a new one."))


def find_invite(token: str) -> Invite | None:
    """The invite, if it still works: not used up, expired or revoked, and its maker could make it today.

    Otherwise a person removed from a room could come back by a link of their own, and one who is banned from the
    site go on inviting.
    """
    inside = Membership.objects.filter(room=OuterRef("room"), user=OuterRef("created_by"), left=False)
    entitled = Q(room=None, created_by__is_staff=True) | Exists(inside)
    banned = Exists(Sanction.objects.bans(None).filter(user=OuterRef("created_by")))
    usable = Invite.objects.usable().filter(entitled, ~banned, token=token, created_by__is_active=True)
    return usable.select_related("room", "created_by").first()
