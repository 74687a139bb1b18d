"""Who stands above whom. Nobody acts on a person of an equal or higher rank, nor on themselves."""

from collections.abc import Collection
from enum import IntEnum

from django.contrib.auth.models import Permission
from django.db.models import Exists, OuterRef, Q, QuerySet

from .errors import Refused, not_found
from .models import Membership, Room, User

MODERATE = "chat.moderate"  # the permission that the site's moderators have by their group
MODERATORS = "Moderators"


class Rank(IntEnum):
    MEMBER = 0
    ROOM_MODERATOR = 1
    ROOM_OWNER = 2
    SITE_MODERATOR = 3
    SITE_OWNER = 4


OF_ROLE = {
    Membership.Role.MEMBER: Rank.MEMBER,
    Membership.Role.MODERATOR: Rank.ROOM_MODERATOR,
    Membership.Role.OWNER: Rank.ROOM_OWNER,
}


def rank(user: User | None, room: Room | None = None) -> Rank:
    """The person's rank on the site, or in a room if one is named. Up to three queries.

    None is a rule that works alone: it stands above members, and below nobody who moderates.
    """
    return max(_on_site(user), _in_room(user, room))


def _on_site(user: User | None) -> Rank:
    if user is not None and user.is_superuser:
        return Rank.SITE_OWNER
    if user is not None and user.is_staff and user.has_perm(MODERATE):
        return Rank.SITE_MODERATOR
    return Rank.MEMBER


def _in_room(user: User | None, room: Room | None) -> Rank:
    if user is None:
        return Rank.ROOM_MODERATOR
    row = _membership(user, room) if room is not None else None
    return OF_ROLE[Membership.Role(row.role)] if row is not None else Rank.MEMBER


def site_ranks() -> dict[int, Rank]:
    """Everybody who stands above members on the whole site, by id. One query."""
    app_label, codename = MODERATE.split(".")
    given = Permission.objects.filter(
        Q(group__user=OuterRef("pk")) | Q(user=OuterRef("pk")),
        content_type__app_label=app_label,
        codename=codename,
    )
    moderators = Q(Exists(given), is_staff=True, is_active=True)
    # Few, and found by an index: the permission is asked of them alone.
    above = User.objects.filter(Q(is_staff=True) | Q(is_superuser=True))
    rows = above.filter(Q(is_superuser=True) | moderators).values_list("pk", "is_superuser")
    return {key: Rank.SITE_OWNER if owner else Rank.SITE_MODERATOR for key, owner in rows}


def moderates_site(user: User | None) -> bool:
    return user is None or rank(user) >= Rank.SITE_MODERATOR


def site_moderators(user_ids: Collection[int]) -> set[int]:
    """Those of these people who moderate the site, by one query."""
    holders = User.objects.with_perm(MODERATE, backend="django.contrib.auth.backends.ModelBackend")
    ranked = holders.filter(Q(is_staff=True) | Q(is_superuser=True), pk__in=user_ids)
    return set(ranked.values_list("pk", flat=True))


def moderates(user: User | None, room: Room) -> bool:
    """Whether the person may act in a room.

    The site's moderators may in public rooms and in those they are in; what happens in other private rooms comes
    to them by reports alone. Nobody moderates a direct room.
    """
    if user is None:
        return True
    if room.kind == Room.Kind.DIRECT or rank(user, room) < Rank.ROOM_MODERATOR:
        return False
    return room.kind == Room.Kind.PUBLIC or _membership(user, room) is not None


def moderators_of(room: Room) -> set[int]:
    """Everybody who may act in a room, by the rule of `moderates`. Two queries at most."""
    if room.kind == Room.Kind.DIRECT:
        return set()
    site = site_ranks()
    members = Membership.objects.filter(Q(user__in=site) | ~Q(role=Membership.Role.MEMBER), room=room, left=False)
    people = set(members.values_list("user_id", flat=True))
    return people | site.keys() if room.kind == Room.Kind.PUBLIC else people


def rooms_in_view(user: User) -> QuerySet[Room]:
    """The rooms whose messages a moderator of the site sees, by the rule of `moderates`. One query, none joined.

    The site's owners are no exception: of all other rooms they see what was reported.
    """
    mine = Membership.objects.filter(user=user, left=False).values("room")
    return Room.objects.filter(Q(kind=Room.Kind.PUBLIC) | Q(kind=Room.Kind.PRIVATE, pk__in=mine))


def in_view(user: User) -> Q:
    """What `rooms_in_view` says, of rows that have a `room`. One query.

    By ids and by a join that no planner can turn round: else all rows of all rooms are sorted for a page of them.
    No room has the id 0; it keeps the alternative where somebody is in no private room.
    """
    mine = Membership.objects.filter(user=user, left=False, room__kind=Room.Kind.PRIVATE)
    return Q(room__kind=Room.Kind.PUBLIC) | Q(room_id__in=[0, *mine.values_list("room_id", flat=True)])


def require_moderator(user: User | None, room: Room | None) -> None:
    """Of the room, or of the site if none is named.

    Raises `Refused`: `not_found` to those who may not know of the room, `forbidden` to the others.
    """
    if room is None:
        if not moderates_site(user):
            raise Refused("forbidden", "Only moderators of the site can do this.")
    elif not moderates(user, room):
        if user is None or (room.kind != Room.Kind.PUBLIC and _membership(user, room) is None):
            raise not_found()
        raise Refused("forbidden", "Only moderators of the room can do this.")


def require_outranks(actor: User | None, person: User, room: Room | None = None) -> None:
    """Raises `Refused` with `forbidden` unless the actor stands above the person.

    Between equals of the site, two of its owners for instance, their roles decide in a room.
    """
    oneself = actor is not None and actor.pk == person.pk
    standing, other = [(_on_site(user), _in_room(user, room)) for user in (actor, person)]
    if oneself or other >= standing:
        raise Refused("forbidden", "Nobody acts on a person of an equal or higher role.")


def outranked(user: User, people: Collection[int], room: Room) -> set[int]:
    """Those of these people on whom the user may act in a room, by the rule of `require_outranks`. Two queries."""
    site = site_ranks()
    members = Membership.objects.filter(room=room, user__in={*people, user.pk}, left=False)
    roles = {user_id: Membership.Role(role) for user_id, role in members.values_list("user_id", "role")}

    def standing(user_id: int) -> tuple[Rank, Rank]:
        role = roles.get(user_id, Membership.Role.MEMBER)
        return site.get(user_id, Rank.MEMBER), OF_ROLE[role]

    return {each for each in people if each != user.pk and standing(each) < standing(user.pk)}


def require_another_owner(person: User) -> None:
    """Raises `Refused` with `conflict` if the site has no other active owner.

    To be asked under the lock of the site's row: of two owners who leave at once one must stay.
    """
    owners = User.objects.filter(is_superuser=True, is_active=True)
    if person.is_superuser and not owners.exclude(pk=person.pk).exists():
        raise Refused("conflict", "The site keeps at least one owner.")


def _membership(user: User, room: Room) -> Membership | None:
    return Membership.objects.filter(room=room, user=user, left=False).first()
