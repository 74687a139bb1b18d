"""What a message said before a moderator or a rule took it away."""

from django.db import models
from django.utils import timezone

from .sanctions import REASON_LENGTH


class Removal(models.Model):
    """The words of a message that is a tombstone to everybody (`Message.deleted`) and can be restored.

    Its reactions and files stay linked and are not served. What an author deletes has no removal: it is gone.
    """

    message = models.OneToOneField("chat.Message", models.CASCADE, related_name="removal")
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    everyone = models.BooleanField(default=False)
    pinned = models.BooleanField(default=False)
    mentions = models.JSONField(default=list)  # ids of people; their rows are gone, because they are counted
    # Empty for what a rule or a number of reports took away.
    by = models.ForeignKey("chat.User", models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    reason = models.CharField(max_length=REASON_LENGTH, blank=True)

    def __str__(self) -> str:
        return f"removal of message {self.message_id}"
