"""Who sees which cases: whoever moderates where they came up and stands above the person they are about.

So nobody reads or decides what was reported of themselves, or of their equals: that goes to those above. The rule
is that of `ranks.require_outranks`, said so that one statement can ask it of all cases.
"""

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from chat import ranks
from chat.errors import not_found
from chat.models import Case, Membership, Room, User
from chat.models.reports import CaseQuerySet
from chat.ranks import Rank

# Nobody moderates a direct room: what is reported there comes to the moderators of the site alone.
MODERATED = (Room.Kind.PUBLIC, Room.Kind.PRIVATE)
RELATED = ("room", "message__author", "message__removal", "person", "assignee", "decided_by")


def case_for(user: User | None, case_id: int) -> Case:
    """One case that the person may decide, with all it refers to. Two queries; raises `not_found`."""
    case = visible_to(user).select_related(*RELATED).filter(pk=case_id).first()
    if case is None:
        raise not_found("report")
    return case


def visible_to(user: User | None) -> CaseQuerySet:
    """All cases that a person may read and decide; None, which is the command line, sees all.

    The site's ranks are read at once, the cases when they are asked for.
    """
    site = ranks.site_ranks()
    cases = with_role_of_subject(with_subject(site))
    if user is None:
        return cases
    mine = site.get(user.pk, Rank.MEMBER)
    roles = Membership.objects.filter(room=OuterRef("room"), user=user, left=False)
    return cases.annotate(own_role=_role(roles)).filter(
        Q(subject_site__lt=mine) | Q(subject_site=mine, own_role__gt=F("subject_role"), room__kind__in=MODERATED)
    )


def with_subject(site: dict[int, Rank]) -> CaseQuerySet:
    """Cases with `subject`, whom each is about, and that person's rank on the site, `subject_site`."""
    return Case.objects.annotate(subject=Coalesce("message__author", "person")).annotate(
        subject_site=site_rank("subject", site)
    )


def with_role_of_subject(cases: CaseQuerySet) -> CaseQuerySet:
    """Adds `subject_role`, their rank in the room of the case."""
    roles = Membership.objects.filter(room=OuterRef("room"), user=OuterRef("subject"), left=False)
    return cases.annotate(subject_role=_role(roles))


def about(person_id: int) -> Q:
    """The cases about one person: of their messages, and of themselves. By two indexes; `subject` has none."""
    of_messages = Case.objects.filter(message__author=person_id).values("pk")
    return Q(pk__in=Case.objects.filter(person=person_id).values("pk").union(of_messages))


def site_rank(field: str, site: dict[int, Rank]) -> models.Case:
    """The rank on the site of the person whose id is in a field. Those who have one are few."""
    by_rank = [
        models.When(**{f"{field}__in": [key for key, has in site.items() if has == rank]}, then=Value(rank.value))
        for rank in (Rank.SITE_OWNER, Rank.SITE_MODERATOR)
    ]
    return models.Case(*by_rank, default=Value(Rank.MEMBER.value), output_field=models.IntegerField())


def role_rank(field: str) -> models.Case:
    """The rank in a room that the role in a field gives."""
    by_role = [models.When(**{field: role}, then=Value(rank.value)) for role, rank in ranks.OF_ROLE.items()]
    return models.Case(*by_role, default=Value(Rank.MEMBER.value), output_field=models.IntegerField())


def _role(memberships: models.QuerySet[Membership]) -> Coalesce:
    return Coalesce(Subquery(memberships.annotate(rank=role_rank("role")).values("rank")), Value(0))
