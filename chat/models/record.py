"""The record of moderation, to which rows are only ever added."""

from typing import Any, ClassVar, NoReturn

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .sanctions import REASON_LENGTH


class RecordIsFinal(Exception):
    """Somebody tried to change or remove what is on the record. The database's triggers refuse it as well."""


class ModerationActionQuerySet(models.QuerySet["ModerationAction"]):
    def update(self, **fields: Any) -> NoReturn:
        raise RecordIsFinal

    def delete(self) -> NoReturn:
        raise RecordIsFinal


class ModerationAction(models.Model):
    """Who did what, to whom, why, and from where.

    The keys are bound by no constraint and do nothing when their rows go, because a row that may not change
    cannot follow them; names are kept as they were.
    """

    class Action(models.TextChoices):
        # Reports
        REPORT = "report", _("Reported")
        ASSIGN = "assign", _("Took on a report")
        RESOLVE = "resolve", _("Resolved a report")
        DISMISS = "dismiss", _("Dismissed a report")
        LOOK = "look", _("Looked into a private room")
        # People
        WARN = "warn", _("Warned")
        MUTE = "mute", _("Muted")
        UNMUTE = "unmute", _("Lifted a mute")
        REMOVE = "remove", _("Removed from a room")
        BAN = "ban", _("Banned")
        UNBAN = "unban", _("Lifted a ban")
        DEACTIVATE = "deactivate", _("Deactivated an account")
        REACTIVATE = "reactivate", _("Reactivated an account")
        DELETE_ACCOUNT = "delete_account", _("Deleted an account")
        SIGN_OUT = "sign_out", _("Signed out everywhere")
        NOTE = "note", _("Wrote a note")
        ROLE = "role", _("Changed a role")
        REVOKE_INVITE = "revoke_invite", _("Revoked an invitation")
        # Messages
        DELETE_MESSAGE = "delete_message", _("Removed a message")
        RESTORE_MESSAGE = "restore_message", _("Restored a message")
        PURGE_MESSAGES = "purge_messages", _("Removed a person’s messages")
        HIDE = "hide", _("Hid a message")
        PIN = "pin", _("Pinned")
        UNPIN = "unpin", _("Unpinned")
        # Rooms
        LOCK = "lock", _("Locked a room")
        UNLOCK = "unlock", _("Unlocked a room")
        SLOW_MODE = "slow_mode", _("Set slow mode")
        ANNOUNCEMENTS = "announcements", _("Changed who may post")
        ARCHIVE = "archive", _("Archived a room")
        RESTORE_ROOM = "restore_room", _("Restored a room")
        # Rules and settings
        RULE_HIT = "rule_hit", _("A rule applied")
        WORD_RULE_ADD = "word_rule_add", _("Added a word rule")
        WORD_RULE_CHANGE = "word_rule_change", _("Changed a word rule")
        WORD_RULE_REMOVE = "word_rule_remove", _("Removed a word rule")
        SITE_SETTINGS = "site_settings", _("Changed the site’s settings")

    class Source(models.TextChoices):
        ROOM = "room", _("Room")
        ADMIN = "admin", _("Administration")
        API = "api", _("API")
        COMMAND = "command", _("Command line")
        RULE = "rule", _("Rule")

    at = models.DateTimeField(default=timezone.now)
    action = models.CharField(max_length=16, choices=Action.choices)
    actor = models.ForeignKey(
        "chat.User", models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    actor_name = models.CharField(max_length=80, blank=True)
    person = models.ForeignKey(
        "chat.User", models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    person_name = models.CharField(max_length=80, blank=True)
    room = models.ForeignKey(
        "chat.Room", models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    room_name = models.CharField(max_length=80, blank=True)
    message = models.ForeignKey(
        "chat.Message", models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    reason = models.CharField(max_length=REASON_LENGTH, blank=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    source = models.CharField(max_length=7, choices=Source.choices)
    address = models.CharField(max_length=45, blank=True)  # of the actor, as the site's proxy tells it

    objects = ModerationActionQuerySet.as_manager()

    class Meta:
        default_permissions = ("view",)
        permissions: ClassVar = [("moderate", "Can moderate the whole site")]
        indexes: ClassVar = [
            models.Index(fields=["-at"], name="record_by_time"),
            models.Index(fields=["action", "-at"], name="record_by_action"),
            models.Index(fields=["actor", "-at"], name="record_by_actor"),
            models.Index(fields=["person", "-at"], name="record_by_person"),
            models.Index(fields=["room", "-at"], name="record_by_room"),
            models.Index(fields=["message", "-at"], name="record_by_message"),
        ]

    def __str__(self) -> str:
        return f"{self.action} at {self.at:%Y-%m-%d %H:%M}"

    def save(self, **options: Any) -> None:
        if not self._state.adding:
            raise RecordIsFinal
        super().save(**options)

    def delete(self, **_options: Any) -> NoReturn:  # type: ignore[override]
        raise RecordIsFinal
