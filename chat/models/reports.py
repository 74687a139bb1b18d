"""What members report, and the queue in which moderators find it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

NOTE_LENGTH = 1000


class CaseQuerySet(models.QuerySet["Case"]):
    def undecided(self) -> "CaseQuerySet":
        return self.filter(state__in=Case.UNDECIDED)


class Case(models.Model):
    """All reports of one message, or of one person, until somebody has decided about them."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        IN_PROGRESS = "in_progress", _("In progress")
        RESOLVED = "resolved", _("Resolved")
        DISMISSED = "dismissed", _("Dismissed")

    UNDECIDED = (State.OPEN, State.IN_PROGRESS)

    message = models.ForeignKey("chat.Message", models.CASCADE, null=True, blank=True, related_name="cases")
    person = models.ForeignKey("chat.User", models.CASCADE, null=True, blank=True, related_name="cases")
    # The message's own, so that a room's queue reads no messages; empty for a person.
    room = models.ForeignKey("chat.Room", models.CASCADE, null=True, blank=True, related_name="cases")
    state = models.CharField(max_length=11, choices=State.choices, default=State.OPEN)
    assignee = models.ForeignKey("chat.User", models.SET_NULL, null=True, blank=True, related_name="+")
    # The message was hidden by a rule or by the number of reports, and stays so until somebody decides.
    hidden = models.BooleanField(default=False)
    opened_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey("chat.User", models.SET_NULL, null=True, blank=True, related_name="+")
    outcome = models.CharField(max_length=NOTE_LENGTH, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(message=None, person__isnull=False) | Q(message__isnull=False, person=None),
                name="case_about_one_thing",
            ),
            models.UniqueConstraint(
                fields=["message"], condition=Q(state__in=["open", "in_progress"]), name="case_open_once"
            ),
            models.UniqueConstraint(
                fields=["person"], condition=Q(state__in=["open", "in_progress"]), name="case_open_once_of_person"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "opened_at"], name="case_queue"),
            models.Index(fields=["room", "state", "opened_at"], name="case_queue_of_room"),
            # Of two states at once, which the index of the queue would have to be sorted for.
            models.Index(
                fields=["opened_at"], condition=Q(state__in=["open", "in_progress"]), name="case_undecided"
            ),
        ]

    def __str__(self) -> str:
        return f"report {self.pk}"


class Report(models.Model):
    """One person's word on a case. Moderators alone see whose."""

    class Category(models.TextChoices):
        SPAM = "spam", _("Spam or advertising")
        HARASSMENT = "harassment", _("Insults, threats or harassment")
        PRIVATE = "private", _("Shares someone’s private details")
        OTHER = "other", _("Something else")

    case = models.ForeignKey(Case, models.CASCADE, related_name="reports")
    reporter = models.ForeignKey("chat.User", models.CASCADE, related_name="reports")
    category = models.CharField(max_length=10, choices=Category.choices)
    note = models.CharField(max_length=NOTE_LENGTH, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    told_at = models.DateTimeField(null=True, blank=True)  # when the reporter was told the outcome

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "reporter"], name="report_once"),
        ]

    def __str__(self) -> str:
        return f"{self.category} by {self.reporter_id}"
