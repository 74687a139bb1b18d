"""Django admin: a window for the site's staff. Nothing is written here, because writes go through actions."""

from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.auth.models import Group

from . import messages, people, rooms

__all__ = ["messages", "people", "rooms"]

# Nothing of this site reads them.
admin.site.unregister([EmailAddress, Group])
admin.site.site_header = admin.site.site_title = "Administration"
