"""Mutes and bans."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

REASON_LENGTH = 500


class SanctionQuerySet(models.QuerySet["Sanction"]):
    def active(self) -> "SanctionQuerySet":
        return self.filter(Q(until=None) | Q(until__gt=timezone.now()), lifted=False)

    def bans(self, room_id: int | None) -> "SanctionQuerySet":
        """Active bans from the site, and from a room if one is named."""
        return self.active().filter(Q(room=None) | Q(room=room_id), kind=Sanction.Kind.BAN)


class Sanction(models.Model):
    """A mute or a ban, in one room or (`room` empty) on the whole site, until a time or for good."""

    class Kind(models.TextChoices):
        MUTE = "mute", _("Mute")
        BAN = "ban", _("Ban")

    kind = models.CharField(max_length=4, choices=Kind.choices)
    user = models.ForeignKey("chat.User", models.CASCADE, related_name="sanctions")
    room = models.ForeignKey("chat.Room", models.CASCADE, null=True, blank=True, related_name="sanctions")
    reason = models.CharField(max_length=REASON_LENGTH, blank=True)
    until = models.DateTimeField(null=True, blank=True)
    lifted = models.BooleanField(default=False)
    created_by = models.ForeignKey("chat.User", models.SET_NULL, null=True, related_name="sanctions_given")
    created_at = models.DateTimeField(default=timezone.now)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey("chat.User", models.SET_NULL, null=True, blank=True, related_name="+")
    lift_reason = models.CharField(max_length=REASON_LENGTH, blank=True, default="", db_default="")

    objects = SanctionQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["user", "lifted"], name="sanction_user_lifted"),
            models.Index(fields=["user", "kind"], condition=Q(lifted=False), name="sanction_standing"),
            models.Index(fields=["room", "kind"], condition=Q(lifted=False), name="sanction_standing_in_room"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.user_id}"
