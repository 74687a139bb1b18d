"""What was said: messages and what hangs on them."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Message(models.Model):
    """`tick` is its birth on the room's clock, `changed` its last change. Deleted ones stay as tombstones."""

    class Kind(models.TextChoices):
        TEXT = "text", _("Text")
        NOTICE = "notice", _("Notice")

    room = models.ForeignKey("chat.Room", models.CASCADE, related_name="messages", db_index=False)
    author = models.ForeignKey("chat.User", models.PROTECT, related_name="messages", db_index=False)
    tick = models.BigIntegerField()
    changed = models.BigIntegerField()
    kind = models.CharField(max_length=6, choices=Kind.choices, default=Kind.TEXT)
    # Chosen by the client; with the author it names the post for ever, so that a retry finds it.
    ref = models.CharField(max_length=64)
    # A hash of the original post: tells a retry from another post under the same ref, even after an edit.
    fingerprint = models.BinaryField(max_length=16)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    sent_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True, blank=True)
    deleted = models.BooleanField(default=False)
    pinned = models.BooleanField(default=False)
    everyone = models.BooleanField(default=False)
    reply_to = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="replies")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["author", "ref"], name="message_once"),
            models.UniqueConstraint(fields=["room", "tick"], name="message_tick"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["room", "changed"], name="message_room_changed"),
            models.Index(
                fields=["room", "tick"],
                condition=Q(everyone=True, deleted=False),
                name="message_to_everyone",
            ),
            models.Index(fields=["room", "tick"], condition=Q(pinned=True), name="message_pinned"),
        ]

    def __str__(self) -> str:
        return f"message {self.pk}"


class Mention(models.Model):
    """Someone named in a message. Room and tick stand here too, so that counting unread ones reads no messages."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="mentions")
    user = models.ForeignKey("chat.User", models.CASCADE, related_name="mentions", db_index=False)
    room = models.ForeignKey("chat.Room", models.CASCADE, related_name="+", db_index=False)
    tick = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message", "user"], name="mention_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["user", "room", "tick"], name="mention_unread")]

    def __str__(self) -> str:
        return f"{self.user_id} in message {self.message_id}"


class Reaction(models.Model):
    message = models.ForeignKey(Message, models.CASCADE, related_name="reactions")
    user = models.ForeignKey("chat.User", models.CASCADE, related_name="reactions")
    emoji = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message", "emoji", "user"], name="reaction_once"),
        ]

    def __str__(self) -> str:
        return f"{self.emoji} on message {self.message_id}"


class Attachment(models.Model):
    """A stored file. It belongs to its owner alone until a message carries it."""

    owner = models.ForeignKey("chat.User", models.CASCADE, related_name="attachments")
    message = models.ForeignKey(Message, models.SET_NULL, null=True, blank=True, related_name="attachments")
    key = models.CharField(max_length=200, unique=True)
    thumbnail_key = models.CharField(max_length=200, blank=True)
    name = models.CharField(max_length=200)
    type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    inline = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name
