"""The site after a backup was put in its place."""

from django.contrib.sessions.models import Session
from django.db import transaction

from chat.models.site import new_epoch

from . import people


def begin_epoch(*, sign_out: bool) -> None:
    """Make what clients hold of before incomparable: they load everything afresh.

    Args:
        sign_out: end everybody's sessions as well. Those that ended after the backup was made live in it again.
    """
    with transaction.atomic():
        site = people.lock_site()
        site.epoch = new_epoch()
        site.save(update_fields=["epoch"])
        if sign_out:
            Session.objects.all().delete()
