"""What keeps the peace."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone


class SanctionQuerySet(models.QuerySet["Sanction"]):
    def active(self) -> "SanctionQuerySet":
        return self.filter(Q(until=None) | Q(until__gt=timezone.now()), lifted=False)


class Sanction(models.Model):
    """A mute or a ban, in one room or (`room` empty) on the whole site, until a time or for good."""

    class Kind(models.TextChoices):
        MUTE = "mute"
        BAN = "ban"

    kind = models.CharField(max_length=4, choices=Kind.choices)
    user = models.ForeignKey("chat.User", models.CASCADE, related_name="sanctions")
    room = models.ForeignKey("chat.Room", models.CASCADE, null=True, blank=True, related_name="sanctions")
    reason = models.CharField(max_length=500, blank=True)
    until = models.DateTimeField(null=True, blank=True)
    lifted = models.BooleanField(default=False)
    created_by = models.ForeignKey("chat.User", models.SET_NULL, null=True, related_name="sanctions_given")
    created_at = models.DateTimeField(default=timezone.now)

    objects = SanctionQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["user", "lifted"], name="sanction_user_lifted")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.user_id}"
