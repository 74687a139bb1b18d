"""How many cases wait for whom: for everybody at once, in three queries, or for one person."""

from collections import defaultdict

from django.db.models import Count, F

from chat import ranks
from chat.models import Membership, User
from chat.ranks import Rank

from .listing import moderates_something
from .visibility import MODERATED, role_rank, site_rank, visible_to, with_role_of_subject, with_subject


def undecided() -> dict[int, int]:
    """The undecided cases that each moderator may decide, by their id: as many as `visible_to` has of them.

    The site's moderators are all there; of those who moderate rooms, the ones for whom something waits.
    """
    site = ranks.site_ranks()
    counts: dict[int, int] = defaultdict(int)
    cases = with_subject(site).undecided().values_list("subject_site")  # type: ignore[misc]  # annotated there
    waiting: dict[int, int] = dict(cases.annotate(Count("pk")).order_by())
    for user_id, rank in site.items():
        counts[user_id] = sum(number for subject, number in waiting.items() if subject < rank)
    for user_id, number in _by_role(site):
        counts[user_id] += number
    return dict(counts)


def waiting_for(user: User) -> int | None:
    """How many cases one person may decide; None for who moderates nothing."""
    return visible_to(user).undecided().count() if moderates_something(user) else None


def _by_role(site: dict[int, Rank]) -> "list[tuple[int, int]]":
    """Where both have the same rank on the site, their roles in the room decide."""
    cases = with_role_of_subject(with_subject(site).undecided()).filter(
        room__kind__in=MODERATED,
        room__memberships__left=False,
        room__memberships__role__in=(Membership.Role.OWNER, Membership.Role.MODERATOR),
    )
    moderators = cases.annotate(
        moderator=F("room__memberships__user"),
        own_role=role_rank("room__memberships__role"),
        own_site=site_rank("room__memberships__user", site),
    )
    equals = moderators.filter(own_site=F("subject_site"), own_role__gt=F("subject_role"))
    return list(equals.values_list("moderator").annotate(Count("pk")).order_by())
