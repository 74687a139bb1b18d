"""Rooms: made, changed, joined and left. Each change takes a tick of the room's clock."""

from collections.abc import Iterable, Sequence

from django.db import IntegrityError, transaction

from chat import access, announce, encoding, protocol, ranks
from chat.errors import Refused, not_found
from chat.models import Membership, Room, Sanction, User
from chat.rendering import clean_text

from . import blocking, checks
from .moderation.record import Action, Actor, record
from .moderation.subjects import lock_room

MAX_DIRECT = 20  # people in a group conversation


def create_room(
    *, by: User, kind: str, name: str = "", topic: str = "", members: Iterable[int] = ()
) -> tuple[Room, bool]:
    """A new room with `by` as its owner, or the direct room that this set of people has already.

    Returns the room and whether it is new. Raises `Refused`: `invalid` for a bad name or set of people,
    `forbidden` for a new direct room with somebody who blocks `by` or is blocked by them, `muted` for a room with
    a name by somebody who is muted on the site.
    """
    if kind == Room.Kind.DIRECT:
        return _open_direct(by=by, others=members)
    if kind not in Room.Kind.values:
        raise Refused("invalid", "A room is public, private or direct.")
    checks.require_voice(by, None)
    name, topic = _checked_name(name), _checked_topic(topic)
    with transaction.atomic():
        people = _existing_people(members, besides=by)
        room = Room.objects.create(kind=kind, name=name, topic=topic)
        roles = [(by, Membership.Role.OWNER)] + [(user, Membership.Role.MEMBER) for user in people]
        _admit_first(room, roles)
    return room, True


def _open_direct(*, by: User, others: Iterable[int]) -> tuple[Room, bool]:
    people = sorted([by, *_existing_people(others, besides=by)], key=lambda user: user.pk)
    if len(people) > MAX_DIRECT:
        raise Refused("invalid", f"A direct room has at most {MAX_DIRECT} people.")
    key = ",".join(str(user.pk) for user in people)
    if (room := Room.objects.filter(people_key=key).first()) is not None:
        return room, False
    blocking.require_wanted(by=by, others=[user.pk for user in people])
    try:
        with transaction.atomic():
            room = Room.objects.create(kind=Room.Kind.DIRECT, people_key=key)
            _admit_first(room, [(user, Membership.Role.MEMBER) for user in people])
    except IntegrityError:
        # Somebody else opened it between the look and the write.
        return Room.objects.get(people_key=key), False
    return room, True


def _existing_people(ids: Iterable[int], *, besides: User) -> list[User]:
    wanted = set(ids) - {besides.pk}
    banned = Sanction.objects.bans(None).values("user")
    people = list(User.objects.filter(pk__in=wanted, is_active=True).exclude(pk__in=banned).order_by("pk"))
    if len(people) != len(wanted):
        raise not_found("person")
    return people


def _admit_first(room: Room, people: Sequence[tuple[User, str]]) -> None:
    """The first members of a new room, a tick each."""
    rows = [
        Membership(room=room, user=user, role=role, changed=tick, last_read=len(people))
        for tick, (user, role) in enumerate(people, start=1)
    ]
    room.clock = Room.objects.advance({room.pk: len(rows)})[room.pk]
    Membership.objects.bulk_create(rows)
    announce.personal((user.pk, room.pk) for user, _ in people)


def change_room(
    *, by: Actor, room_id: int, name: str | None = None, topic: str | None = None, archived: bool | None = None
) -> Room:
    """Rename, set the topic, archive or restore. What changes nothing takes no tick.

    For moderators, and the last two are on the record. Raises `Refused` as `lock_room` does, `invalid` for a bad
    name or topic, and `muted`: names and topics are words like others.
    """
    with transaction.atomic():
        room = lock_room(by=by, room_id=room_id)
        wanted: dict[str, object] = {}
        if name is not None:
            wanted["name"] = _checked_name(name)
        if topic is not None:
            wanted["topic"] = _checked_topic(topic)
        if archived is not None:
            wanted["archived"] = archived
        if all(getattr(room, field) == value for field, value in wanted.items()):
            return room
        if by.user is not None and (name is not None or topic is not None):
            checks.require_voice(by.user, room)
        if archived is not None and archived != room.archived:
            record(by=by, action=Action.ARCHIVE if archived else Action.RESTORE_ROOM, room=room)
        for field, value in wanted.items():
            setattr(room, field, value)
        save_room(room, *wanted)
    return room


def save_room(room: Room, *fields: str) -> None:
    """Give a changed room, which is locked, its tick, and tell everyone."""
    room.clock = room.changed = Room.objects.advance({room.pk: 1})[room.pk]
    room.save(update_fields=[*fields, "changed"])
    state = encoding.room_state(room, encoding.member_counts([room.pk]).get(room.pk, 0))
    announce.changes(room.pk, [protocol.Change(tick=room.clock, room=state)])


def join(*, user: User, room_id: int) -> Room:
    """Join a public room. Already in it: nothing changes."""
    room = Room.objects.filter(pk=room_id).first()
    if room is None:
        raise not_found()
    if room.kind != Room.Kind.PUBLIC:
        return access.membership(user.pk, room_id).room
    if room.archived:
        raise Refused("archived", "This room is archived.")
    return enter(user=user, room=room)


def enter(*, user: User, room: Room) -> Room:
    """Make someone a member on their own wish. Raises `forbidden` for who is banned from the room or the site."""
    with transaction.atomic():
        # Asked under the lock: a ban of this moment is seen, or sees the member.
        Room.objects.lock([room.pk])
        if access.is_banned(user.pk, room.pk):
            raise Refused("forbidden", "You cannot join this room.")
        return admit(user=user, room=room)


def admit(*, user: User, room: Room, role: str = Membership.Role.MEMBER) -> Room:
    """Make someone a member without asking whether they may: for invites, the lobby, and whoever has asked."""
    with transaction.atomic():
        room = Room.objects.lock([room.pk])[room.pk]
        row = Membership.objects.filter(room=room, user=user).first()
        if row is not None and not row.left:
            return room
        row = row or Membership(room=room, user=user)
        row.left = False
        row.role = role
        _save_member(room, row, joins=True)
    return room


def leave(*, user: User, room_id: int) -> None:
    """Leave a room. Raises `conflict` in a direct room and for the last owner."""
    access.membership(user.pk, room_id)
    with transaction.atomic():
        room = Room.objects.lock([room_id])[room_id]
        row = _locked_membership(user.pk, room)
        if room.kind == Room.Kind.DIRECT:
            raise Refused("conflict", "A direct room cannot be left.")
        end_membership(room, row)


def put_member(*, by: Actor, room_id: int, user_id: int, role: str | None = None) -> Membership:
    """Add someone to a room, or change their role, which goes on the record.

    Any member may add people as members. Moderators give roles up to their own rank and take them from people
    below them; for themselves they only choose a lower one.
    """
    if role is not None and role not in Membership.Role.values:
        raise Refused("invalid", "A role is member, moderator or owner.")
    with transaction.atomic():
        room = _lock_to_fill(by, room_id)
        user = User.objects.filter(pk=user_id, is_active=True).first()
        if user is None:
            raise not_found("person")
        row = Membership.objects.filter(room=room, user=user).first() or Membership(
            room=room, user=user, left=True
        )
        joins = row.left
        wanted = role or (Membership.Role.MEMBER if joins else row.role)
        if not joins and row.role == wanted:
            return row
        if joins:
            row.role = Membership.Role.MEMBER
            if access.is_banned(user.pk, room.pk):
                raise Refused("forbidden", "This person is banned from the room.")
        if row.role != wanted:
            _require_may_give(by.user, user, room, row.role, wanted)
            _keep_an_owner(room, row)
            before, after = {"role": row.role}, {"role": wanted}
            record(by=by, action=Action.ROLE, person=user, room=room, before=before, after=after)
            announce.cases_changed()
        row.role, row.left = wanted, False
        _save_member(room, row, joins=joins)
    return row


def _lock_to_fill(by: Actor, room_id: int) -> Room:
    """A room to which the actor may add people: one they are in, or moderate from outside."""
    room = Room.objects.lock([room_id]).get(room_id)
    if room is None:
        raise not_found()
    if by.user is not None and not ranks.moderates(by.user, room):
        access.membership(by.user.pk, room_id)
    if room.kind == Room.Kind.DIRECT:
        raise Refused("conflict", "The people of a direct room are fixed.")
    if room.archived:
        raise Refused("archived", "This room is archived.")
    return room


def _require_may_give(by: User | None, user: User, room: Room, role: str, wanted: str) -> None:
    """To raise somebody's role in a room is no act against them, whatever they are on the site; to lower it is."""
    now, then = ranks.OF_ROLE[Membership.Role(role)], ranks.OF_ROLE[Membership.Role(wanted)]
    oneself = by is not None and by.pk == user.pk
    if not (then < now if oneself else ranks.moderates(by, room) and then <= ranks.rank(by, room)):
        raise Refused("forbidden", "You cannot give this role.")
    if then < now and not oneself:
        ranks.require_outranks(by, user, room)


def change_role(room: Room, row: Membership, role: str) -> None:
    """Give a member another role, in the caller's transaction and under the room's lock."""
    row.role = role
    _save_member(room, row)


def end_membership(room: Room, row: Membership) -> None:
    """Make a member a former one, in the caller's transaction and under the room's lock; an owner must remain."""
    _keep_an_owner(room, row)
    row.left = True
    _save_member(room, row)
    if row.role != Membership.Role.MEMBER:
        announce.cases_changed()


def set_notify(*, user: User, room_id: int, notify: str) -> None:
    """Choose what of a room notifies the person."""
    if notify not in Membership.Notify.values:
        raise Refused("invalid", "A notify level is all, mentions or none.")
    with transaction.atomic():
        row = access.membership(user.pk, room_id)
        if row.notify != notify:
            row.notify = notify
            row.save(update_fields=["notify"])
            announce.personal([(user.pk, room_id)])


def _locked_membership(user_id: int, room: Room) -> Membership:
    """Read again under the room's lock: someone removed a moment ago cannot slip in."""
    row = Membership.objects.filter(room=room, user_id=user_id, left=False).select_related("user", "room").first()
    if row is None:
        raise not_found()
    return row


def _keep_an_owner(room: Room, row: Membership) -> None:
    if row.role != Membership.Role.OWNER or row.left:
        return
    owners = Membership.objects.filter(room=room, role=Membership.Role.OWNER, left=False)
    if not owners.exclude(pk=row.pk).exists():
        raise Refused("conflict", "A room keeps at least one owner.")


def _save_member(room: Room, row: Membership, *, joins: bool = False) -> None:
    """Give a changed membership its tick, and tell everyone. Who joins has read what was said before."""
    room.clock = row.changed = Room.objects.advance({room.pk: 1})[room.pk]
    if joins:
        row.last_read = room.clock
    row.save()
    change = protocol.Change(tick=row.changed, member=encoding.member(row))
    announce.changes(room.pk, [change], members=[(row.changed, row.user_id, row.left)])
    announce.personal([(row.user_id, room.pk)])


def _checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not 1 <= len(name) <= 80:
        raise Refused("invalid", "A room's name has 1 to 80 characters.")
    return _checked(name)


def _checked_topic(topic: str) -> str:
    topic = " ".join(topic.split())
    if len(topic) > 250:
        raise Refused("invalid", "A topic has at most 250 characters.")
    return _checked(topic)


def _checked(text: str) -> str:
    try:
        return clean_text(text)
    except ValueError as error:
        raise Refused("invalid", str(error)) from None
