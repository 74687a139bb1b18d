"""Leaving for good: an account that its person deletes.

The row of the person stays, without anything that says who they were: messages, reports and the record of
moderation hang on it. Nothing brings it back.
"""

from functools import partial

from django.db import transaction
from django.db.models import Q, QuerySet

from chat import announce, encoding, protocol, ranks, uploads
from chat.models import Attachment, Block, Invite, Membership, Note, Notice, Room, Sanction, Site, User
from chat.models.people import FORMER

from . import people, rooms
from .erasing import erase_reactions, erase_words
from .files import remove_stored
from .moderation.record import Action, Actor, record

NAME = "Former member"  # in English, as all of the wire; browsers know by the missing user name and translate


def delete_account(*, by: Actor) -> None:
    """Delete the account of the one who asks. Whether it is really them is asked at the door.

    By the site's setting their messages stay, by a former member, or go, with their reactions, before anything
    else and in batches: whoever is cut off in the middle still has the account, and asks again.

    Raises `Refused` with `conflict` for the last owner of the site.
    """
    assert by.user is not None
    # Asked here as well, so that no message goes before a refusal.
    ranks.require_another_owner(by.user)
    messages = Site.load().deleted_account_messages
    if messages == Site.DeletedAccounts.REMOVE:
        _remove_words(by.user)
    with transaction.atomic():
        # The site before the rooms, as for those who come in at this moment, and the person last.
        people.lock_site()
        locked = Room.objects.lock(_memberships(by.user).values_list("room_id", flat=True))
        user = User.objects.select_for_update(no_key=True).get(pk=by.user.pk)
        if not user.is_active:
            return
        ranks.require_another_owner(user)
        if messages == Site.DeletedAccounts.REMOVE:
            _remove_words(user)  # what was posted meanwhile
        record(by=by, action=Action.DELETE_ACCOUNT, person=user, after={"messages": messages})
        _forget(user)
        # Before the memberships end: afterwards nobody knows who shared a room with them.
        announce.person_changed(user.pk)
        announce.sessions_changed([user.pk])
        for row in _memberships(user).filter(room__in=locked):
            row.user = user
            _leave(locked[row.room_id], row)


def _memberships(user: User) -> QuerySet[Membership]:
    return Membership.objects.filter(user=user, left=False).order_by("room_id")


def _remove_words(user: User) -> None:
    erase_words(user)
    erase_reactions(user)


def _forget(user: User) -> None:
    """Everything that says who they were, and what was theirs alone."""
    avatar, unposted = user.avatar, list(Attachment.objects.filter(owner=user, message=None))
    user.username, user.name, user.email = f"{FORMER}{user.pk}", NAME, ""
    user.avatar = user.language = user.time_zone = ""
    user.is_active = user.is_staff = user.is_superuser = False
    user.last_login = None
    user.session_version += 1
    user.set_unusable_password()
    user.save()
    user.groups.clear()
    user.user_permissions.clear()
    Attachment.objects.filter(pk__in=[file.pk for file in unposted]).delete()
    Invite.objects.filter(created_by=user).delete()
    # Those who block them go on seeing what is left of them folded.
    Block.objects.filter(by=user).delete()
    Notice.objects.filter(user=user).delete()
    Note.objects.filter(person=user).delete()
    transaction.on_commit(partial(remove_stored, unposted))
    if avatar:
        transaction.on_commit(partial(uploads.remove, avatar))


def _leave(room: Room, row: Membership) -> None:
    """A room goes on under another owner if anybody is left to be one, and is archived otherwise."""
    heir = None
    others = Membership.objects.filter(room=room, left=False).exclude(pk=row.pk)
    if room.kind != Room.Kind.DIRECT and row.role == Membership.Role.OWNER:
        if not others.filter(role=Membership.Role.OWNER).exists() and (heir := _heir_among(others)):
            rooms.change_role(room, heir, Membership.Role.OWNER)
        row.role = Membership.Role.MEMBER
    rooms.end_membership(room, row)
    if room.kind != Room.Kind.DIRECT and not room.archived and not others.filter(_HERE).exists():
        _archive(room)


_HERE = Q(user__is_active=True, user__bot=False)


def _heir_among(others: QuerySet[Membership]) -> Membership | None:
    """The moderator, else the member, who has been in the room for longest."""
    banned = Sanction.objects.bans(None).values("user")
    rows = others.filter(_HERE).exclude(user__in=banned).select_related("user").order_by("pk")
    return rows.filter(role=Membership.Role.MODERATOR).first() or rows.first()


def _archive(room: Room) -> None:
    room.archived = True
    room.clock = room.changed = Room.objects.advance({room.pk: 1})[room.pk]
    room.save(update_fields=["archived", "changed"])
    state = encoding.room_state(room, encoding.member_counts([room.pk]).get(room.pk, 0))
    announce.changes(room.pk, [protocol.Change(tick=room.clock, room=state)])
