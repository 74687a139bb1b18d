"""Who is here: the members of a room page by page, and the people of the site by what one types of their name.

And the word rules of a place, for those who moderate it.
"""

from django.db.models import Case, IntegerField, Q, Value, When
from django.db.models.functions import Lower

from . import ranks
from .errors import not_found
from .models import Membership, Room, User, WordRule

PAGE = 100
SUGGESTED = 20


def members(room: Room, *, q: str = "", after: int = 0) -> tuple[list[Membership], bool]:
    """Members in the order of their user ids, those after `after`, and whether there are more."""
    rows = Membership.objects.filter(room=room, left=False, user_id__gt=after).select_related("user")
    if q:
        rows = rows.filter(_named(q, "user__"))
    found = list(rows.order_by("user_id")[: PAGE + 1])
    return found[:PAGE], len(found) > PAGE


def people(user: User, *, q: str = "") -> list[User]:
    """Whom the person may mention or write to, the names that begin with `q` first."""
    rows = User.objects.filter(is_active=True).exclude(pk=user.pk)
    if q:
        begins = Q(username__istartswith=q) | Q(name__istartswith=q)
        rows = rows.filter(_named(q)).annotate(
            rank=Case(When(begins, then=Value(0)), default=Value(1), output_field=IntegerField())
        )
        rows = rows.order_by("rank", Lower("username"))
    else:
        rows = rows.order_by(Lower("username"))
    return list(rows[:SUGGESTED])


def blocked(user: User) -> list[User]:
    """Whom the person blocks, by name."""
    return list(User.objects.filter(blocked_by__by=user).order_by(Lower("name"), Lower("username")))


def _named(q: str, to_user: str = "") -> Q:
    condition = Q()
    # SQLite folds the case of ASCII alone; the other forms are what people type instead.
    for form in {q, q.lower(), q.upper(), q.title()}:
        condition |= Q(**{f"{to_user}username__icontains": form}) | Q(**{f"{to_user}name__icontains": form})
    return condition


def word_rules(user: User, room_id: int | None) -> list[WordRule]:
    """The rules of a room, or of the site, active or not, in the order in which they were made.

    Raises `Refused`, `not_found` or `forbidden`, to those who do not moderate there.
    """
    room = Room.objects.filter(pk=room_id).first() if room_id is not None else None
    if room_id is not None and room is None:
        raise not_found()
    ranks.require_moderator(user, room)
    return list(WordRule.objects.filter(room=room).select_related("created_by").order_by("pk"))
