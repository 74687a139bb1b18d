"""The limits that the site sets for its members, beside those of the wire. A limit of 0 is none."""

from django.db import transaction

from chat import announce, ranks
from chat.errors import Refused
from chat.models import Site

from . import rulebook
from .muting import LONGEST, SHORTEST
from .record import Action, Actor, record

MINUTES = 60
# The least besides 0, and the most. What floods remember of a person bounds how much may be counted.
RANGES = {
    "new_member_hours": (1, 24 * 365),
    "max_mentions": (1, 100),
    "max_duplicates": (1, 50),
    "max_posts": (1, 100),
    "flood_mute_minutes": (SHORTEST.total_seconds() / MINUTES, LONGEST.total_seconds() / MINUTES),
    "reports_to_hide": (1, 100),
}


def change_limits(*, by: Actor, links_from_new_members: str | None = None, **limits: int) -> Site:
    """Change the limits that are named, as `Site` has them. For moderators of the site.

    Raises `Refused`: `forbidden`, and `invalid` for a limit that is out of its range or does not exist.
    """
    ranks.require_moderator(by.user, None)
    changed: dict[str, int | str] = dict(limits)
    for name, value in limits.items():
        least, most = RANGES.get(name, (1, 0))
        if value != 0 and not least <= value <= most:
            raise Refused("invalid", f"{name} is 0 or from {least:.0f} to {most:.0f}.")
    if links_from_new_members is not None:
        if links_from_new_members not in Site.Links.values:
            raise Refused("invalid", "Links from new members are allowed, flagged or blocked.")
        changed["links_from_new_members"] = links_from_new_members
    Site.load()
    with transaction.atomic():
        site = Site.objects.select_for_update(no_key=True).get(pk=1)
        before = {name: getattr(site, name) for name, value in changed.items() if getattr(site, name) != value}
        if not before:
            return site
        for name in before:
            setattr(site, name, changed[name])
        site.save(update_fields=list(before))
        record(by=by, action=Action.SITE_SETTINGS, before=before, after={name: changed[name] for name in before})
        transaction.on_commit(rulebook.forget)
        announce.rules_changed()
    return site
