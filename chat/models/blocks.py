"""Whom a person does not want to hear."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone


class Block(models.Model):
    by = models.ForeignKey("chat.User", models.CASCADE, related_name="blocks")
    person = models.ForeignKey("chat.User", models.CASCADE, related_name="blocked_by")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["by", "person"], name="block_once"),
            models.CheckConstraint(condition=~Q(by=F("person")), name="block_somebody_else"),
        ]

    def __str__(self) -> str:
        return f"{self.by_id} blocks {self.person_id}"
