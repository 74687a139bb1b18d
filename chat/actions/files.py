"""Files on their way into a message. Until a message carries it, a file belongs to its owner alone."""

from collections.abc import Iterable
from datetime import timedelta
from typing import BinaryIO

from django.db import transaction
from django.utils import timezone

from chat import uploads
from chat.errors import Refused
from chat.models import Attachment, User
from chat.uploads.types import INLINE

MOST_UNPOSTED = 100
UNPOSTED_KEPT = timedelta(days=1)


def upload(*, user: User, file: BinaryIO, name: str) -> Attachment:
    """Keep a file for a message to come.

    Raises `Refused`: `too_large` or `invalid` for the file itself, `conflict` for somebody who has uploaded a lot
    and posted none of it.
    """
    _forget_unposted(user)
    # Two uploads at once may both be the last: a little inexact, and harmless.
    if Attachment.objects.filter(owner=user, message=None).count() >= MOST_UNPOSTED:
        raise Refused("conflict", f"You have {MOST_UNPOSTED} files that are not posted. Post or wait a day.")
    try:
        stored = uploads.store(file, name)
    except uploads.UploadRefused as refusal:
        raise Refused(refusal.code, refusal.message) from None
    try:
        return Attachment.objects.create(owner=user, inline=stored.type in INLINE, **stored._asdict())
    except BaseException:
        remove_stored([stored])
        raise


def _forget_unposted(user: User) -> None:
    """Remove the person's own files that no message took for a day; done here, so that nothing need run for it."""
    old = Attachment.objects.filter(owner=user, message=None, created_at__lt=timezone.now() - UNPOSTED_KEPT)
    if not old.exists():
        return
    with transaction.atomic():
        # Locked: one that is being posted right now is then seen to have its message.
        rows = list(old.select_for_update())
        Attachment.objects.filter(pk__in=[row.pk for row in rows]).delete()
        transaction.on_commit(lambda: remove_stored(rows))


def remove_stored(files: Iterable[Attachment | uploads.Stored]) -> None:
    """Remove what is stored of these files; their rows are the caller's, and should be gone for good by now."""
    for file in files:
        for key in (file.key, file.thumbnail_key):
            if key:
                uploads.remove(key)
