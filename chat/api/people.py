"""Who is in a room, and whom one may write to."""

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.http import HttpRequest

from chat import access, encoding, protocol
from chat.actions import rooms
from chat.models import Membership, User

from .bodies import Role
from .door import body_of, number, words

MEMBERS_PAGE = 100
FOUND = 20


def members(request: HttpRequest, user: User, room_id: int) -> dict[str, object]:
    """In the order of their ids; `after` is the last id seen."""
    access.readable_room(user, room_id)
    rows = Membership.objects.filter(room_id=room_id, left=False).select_related("user").order_by("user_id")
    if (q := words(request)) != "":
        rows = rows.filter(Q(user__username__icontains=q) | Q(user__name__icontains=q))
    if (after := number(request, "after")) is not None:
        rows = rows.filter(user_id__gt=after)
    page = list(rows[: MEMBERS_PAGE + 1])
    return {
        "members": [encoding.member(row) for row in page[:MEMBERS_PAGE]],
        "more": len(page) > MEMBERS_PAGE,
    }


def put_member(request: HttpRequest, user: User, room_id: int, user_id: int) -> protocol.Member:
    role = body_of(request, Role).role if request.body else None
    return encoding.member(rooms.put_member(by=user, room_id=room_id, user_id=user_id, role=role))


def remove_member(request: HttpRequest, user: User, room_id: int, user_id: int) -> dict[str, object]:
    rooms.remove_member(by=user, room_id=room_id, user_id=user_id)
    return {}


def find(request: HttpRequest, user: User) -> dict[str, list[protocol.User]]:
    """People of the site whose name begins with, or holds, the words; everybody may write to everybody."""
    found: QuerySet[User] = User.objects.filter(is_active=True)
    if (q := words(request)) != "":
        begins = Q(username__istartswith=q) | Q(name__istartswith=q)
        found = found.filter(Q(username__icontains=q) | Q(name__icontains=q)).annotate(
            rank=Case(When(begins, then=Value(0)), default=Value(1), output_field=IntegerField())
        )
        found = found.order_by("rank", "username")
    else:
        found = found.order_by("username")
    return {"users": [encoding.user(row) for row in found[:FOUND]]}
