"""The one row that describes the site itself."""

import secrets

from django.db import models


def new_epoch() -> str:
    return secrets.token_hex(8)


class Site(models.Model):
    name = models.CharField(max_length=60, default="Chat")
    # Changes when the database is restored from a backup: cursors of another epoch mean nothing here.
    epoch = models.CharField(max_length=32, default=new_epoch)
    lobby = models.ForeignKey("chat.Room", models.SET_NULL, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return self.name

    @classmethod
    def load(cls) -> "Site":
        site, _ = cls.objects.select_related("lobby").get_or_create(pk=1)
        return site
