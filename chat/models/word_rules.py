"""Words that are not let pass unseen."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

PATTERN_LENGTH = 100


class WordRule(models.Model):
    """`pattern` is literal but for `*`, in one room or (`room` empty) on the whole site."""

    class Mode(models.TextChoices):
        BLOCK = "block", _("Block")
        HIDE = "hide", _("Hide")
        FLAG = "flag", _("Flag")

    pattern = models.CharField(max_length=PATTERN_LENGTH)
    mode = models.CharField(max_length=5, choices=Mode.choices)
    room = models.ForeignKey("chat.Room", models.CASCADE, null=True, blank=True, related_name="word_rules")
    note = models.CharField(max_length=500, blank=True)
    active = models.BooleanField(default=True)
    created_by = models.ForeignKey("chat.User", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(pattern=""), name="word_rule_not_empty"),
        ]
        indexes: ClassVar = [models.Index(fields=["room"], condition=Q(active=True), name="word_rule_active")]

    def __str__(self) -> str:
        return self.pattern
