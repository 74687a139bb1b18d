"""What moderators write to a person, and what they write about one."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

TEXT_LENGTH = 2000


class Notice(models.Model):
    """A private word to a person, shown until it was seen."""

    class Kind(models.TextChoices):
        WARNING = "warning"
        SANCTION = "sanction"
        OUTCOME = "outcome"  # of the person's own report

    user = models.ForeignKey("chat.User", models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    text = models.CharField(max_length=TEXT_LENGTH)
    # Of a sanction: what was done (an action of the record), where, and until when. Kept apart from the reason in
    # `text`, so that the person reads them in their own language and time zone.
    action = models.CharField(max_length=16, blank=True, default="", db_default="")
    room = models.ForeignKey("chat.Room", models.SET_NULL, null=True, blank=True, related_name="+")
    until = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey("chat.User", models.SET_NULL, null=True, blank=True, related_name="+")
    by_shown = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["user", "created_at"], condition=Q(seen_at=None), name="notice_unseen"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.user_id}"


class Note(models.Model):
    """What one moderator tells the others about a person, who never sees it."""

    person = models.ForeignKey("chat.User", models.CASCADE, related_name="notes_about")
    author = models.ForeignKey("chat.User", models.SET_NULL, null=True, related_name="+")
    text = models.CharField(max_length=TEXT_LENGTH)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["person", "created_at"], name="note_about")]

    def __str__(self) -> str:
        return f"note about {self.person_id}"
