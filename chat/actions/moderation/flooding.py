"""Limits on how fast and how often the same is said, and the short mute for who exceeds them.

Each process holds them exactly for what it stored itself. What one person says at several processes is added up
in Redis after the commit, so a few posts more may be stored before the mute; without Redis each counts alone.
"""

import logging
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import DatabaseError, transaction
from limits import RateLimitItem, RateLimitItemPerMinute, RateLimitItemPerSecond

from chat import limits
from chat.errors import Refused
from chat.limits import floods
from chat.models import Sanction, Site

from .muting import mute
from .record import RULE
from .subjects import lock_subject

logger = logging.getLogger(__name__)

TOO_FAST = "Too many posts within 10 seconds."
TOO_OFTEN = "The same text again and again within 10 minutes."


@dataclass(slots=True)
class Pace:
    """What the people of one batch have said lately. Made anew for each attempt at storing it."""

    site: Site
    offenders: dict[int, str] = field(default_factory=dict)  # why
    _said: dict[int, floods.Said] = field(default_factory=dict)

    def require(self, user_id: int, digest: bytes | None) -> None:
        """Raises `Refused` if one more post is too much, else counts it as about to be stored."""
        if not (self.site.max_posts or self.site.max_duplicates):
            return
        said = self._said.get(user_id)
        if said is None:
            said = self._said[user_id] = floods.said_by(user_id)
        if self.site.max_posts and said.posts() >= self.site.max_posts:
            raise self._offence(user_id, TOO_FAST)
        if self.site.max_duplicates and digest is not None and said.repeats(digest) >= self.site.max_duplicates:
            raise self._offence(user_id, TOO_OFTEN)
        said.pending[digest] += 1

    def settle(self) -> None:
        """After the commit: count what was stored, here and for all processes, and mute the offenders."""
        for user_id, said in self._said.items():
            if said.pending:
                floods.note(user_id, said.pending.elements())
                if why := _too_much_everywhere(self.site, user_id, said):
                    self.offenders.setdefault(user_id, why)
        if self.site.flood_mute_minutes:
            silence(self.offenders, minutes=self.site.flood_mute_minutes)

    def _offence(self, user_id: int, why: str) -> Refused:
        self.offenders.setdefault(user_id, why)
        if minutes := self.site.flood_mute_minutes:
            return Refused("muted", "You are muted.", minutes * 60.0)
        if why == TOO_FAST:
            return Refused("rate_limited", "You are sending too fast.", floods.FLOOD_WINDOW)
        return Refused("forbidden", "You have posted this often enough.")


def silence(offenders: dict[int, str], *, minutes: int) -> None:
    """Mute on the whole site, each for a reason. Whoever is muted there already stays so until then.

    What fails is logged: the posts of the batch are stored by now and must be answered.
    """
    for user_id, why in offenders.items():
        try:
            with transaction.atomic():
                # Else a rule could shorten the mute that a moderator gives in this moment.
                lock_subject(by=RULE, person_id=user_id, room_id=None)
                standing = Sanction.objects.active().filter(kind=Sanction.Kind.MUTE, user_id=user_id, room=None)
                if not standing.exists():
                    mute(by=RULE, person_id=user_id, duration=timedelta(minutes=minutes), reason=why)
        except (Refused, DatabaseError):
            logger.warning("A rule could not mute person %d.", user_id, exc_info=True)


def _too_much_everywhere(site: Site, user_id: int, said: floods.Said) -> str | None:
    if limits.everywhere() is None:
        return None
    if site.max_posts:
        flood = RateLimitItemPerSecond(site.max_posts, 10, namespace="floods")
        if not _fits(flood, str(user_id), said.pending.total()):
            return TOO_FAST
    if site.max_duplicates:
        repeats = RateLimitItemPerMinute(site.max_duplicates, 10, namespace="repeats")
        for digest, uses in said.pending.items():
            if digest is not None and not _fits(repeats, f"{user_id}/{digest.hex()}", uses):
                return TOO_OFTEN
    return None


def _fits(limit: RateLimitItem, key: str, uses: int) -> bool:
    counts = limits.everywhere()
    return counts is None or counts.admit(limit, key, uses)[0] == uses
