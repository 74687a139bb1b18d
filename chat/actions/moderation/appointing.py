"""Who moderates the whole site. Its owners alone decide."""

from django.contrib.auth.models import Group, Permission
from django.db import transaction

from chat import announce
from chat.errors import Refused, not_found
from chat.models import User
from chat.ranks import MODERATE, MODERATORS, Rank, rank

from .record import Action, Actor, record


def appoint(*, by: Actor, person_id: int) -> None:
    """Make a person a moderator of the site, who may enter Django admin. A moderator stays one.

    Raises `Refused`: `forbidden` to all but owners of the site, `not_found` for a person who is not there or
    whose account is closed.
    """
    _change(by=by, person_id=person_id, moderator=True)


def dismiss(*, by: Actor, person_id: int) -> None:
    """Make a moderator of the site a member like others; their account may be closed. Raises as `appoint` does."""
    _change(by=by, person_id=person_id, moderator=False)


def _change(*, by: Actor, person_id: int, moderator: bool) -> None:
    if by.user is None or rank(by.user) < Rank.SITE_OWNER:
        raise Refused("forbidden", "Only owners of the site can do this.")
    with transaction.atomic():
        person = User.objects.select_for_update(no_key=True).filter(pk=person_id).first()
        if person is None or (moderator and not person.is_active):
            raise not_found("person")
        is_one = rank(person) == Rank.SITE_MODERATOR if person.is_active else person.is_staff
        if person.is_superuser or moderator == is_one:
            return
        if moderator:
            person.groups.add(_moderators())
        else:
            person.groups.remove(_moderators())
        person.is_staff = moderator
        person.save(update_fields=["is_staff"])
        roles = ("member", "site moderator")
        record(
            by=by,
            action=Action.ROLE,
            person=person,
            before={"role": roles[not moderator]},
            after={"role": roles[moderator]},
        )
        announce.cases_changed()


def _moderators() -> Group:
    # Made when it is needed: permissions exist only once all migrations have run.
    group, _new = Group.objects.get_or_create(name=MODERATORS)
    app_label, codename = MODERATE.split(".")
    group.permissions.add(Permission.objects.get(content_type__app_label=app_label, codename=codename))
    return group
