"""The one row that describes the site itself."""

import secrets

from django.db import models


def new_epoch() -> str:
    return secrets.token_hex(8)


class Site(models.Model):
    class Links(models.TextChoices):
        ALLOW = "allow"
        FLAG = "flag"
        BLOCK = "block"

    class DeletedAccounts(models.TextChoices):
        KEEP = "keep"  # their messages stay, by a former member
        REMOVE = "remove"

    name = models.CharField(max_length=60, default="Chat")
    # Changes when the database is restored from a backup: cursors of another epoch mean nothing here.
    epoch = models.CharField(max_length=32, default=new_epoch)
    lobby = models.ForeignKey("chat.Room", models.SET_NULL, null=True, blank=True, related_name="+")
    # Rules that work alone. A limit of 0 is none.
    new_member_hours = models.PositiveIntegerField(default=24, db_default=24)
    links_from_new_members = models.CharField(
        max_length=5, choices=Links.choices, default=Links.ALLOW, db_default=Links.ALLOW
    )
    max_mentions = models.PositiveIntegerField(default=0, db_default=0, help_text="people named in one message")
    max_duplicates = models.PositiveIntegerField(default=0, db_default=0, help_text="of one text in 10 minutes")
    max_posts = models.PositiveIntegerField(default=0, db_default=0, help_text="of a person in 10 seconds")
    flood_mute_minutes = models.PositiveIntegerField(default=10, db_default=10)
    reports_to_hide = models.PositiveIntegerField(default=0, db_default=0, help_text="distinct reporters")
    deleted_account_messages = models.CharField(
        max_length=6,
        choices=DeletedAccounts.choices,
        default=DeletedAccounts.KEEP,
        db_default=DeletedAccounts.KEEP,
    )

    def __str__(self) -> str:
        return self.name

    @classmethod
    def load(cls) -> "Site":
        site, _ = cls.objects.select_related("lobby").get_or_create(pk=1)
        return site
