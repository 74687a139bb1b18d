"""What the desk calls kinds of rows and their columns, in the reader's language.

Set here and not in the models: there each change of words would be a migration.
"""

from django.utils.translation import gettext_lazy as _

from .site import desk

COLUMNS = {
    "action": _("act"),
    "active": _("in force"),
    "actor_name": _("moderator"),
    "address": _("address"),
    "after": _("after"),
    "announcements": _("for announcements"),
    "archived": _("archived"),
    "at": _("when"),
    "author": _("author"),
    "before": _("before"),
    "bot": _("bot"),
    "clock": _("clock"),
    "created_at": _("made"),
    "created_by": _("made by"),
    "deleted": _("gone"),
    "edited_at": _("edited"),
    "expires_at": _("expires"),
    "hidden": _("hidden"),
    "id": _("number"),
    "kind": _("kind"),
    "lift_reason": _("lifted because"),
    "lifted": _("lifted"),
    "lifted_at": _("lifted on"),
    "lifted_by": _("lifted by"),
    "locked": _("locked"),
    "max_uses": _("uses allowed"),
    "mode": _("what happens"),
    "note": _("note"),
    "opened_at": _("reported"),
    "pattern": _("pattern"),
    "person": _("person"),
    "person_name": _("person"),
    "pinned": _("pinned"),
    "reason": _("reason"),
    "revoked": _("revoked"),
    "room": _("room"),
    "room_name": _("room"),
    "sent_at": _("sent"),
    "source": _("by way of"),
    "state": _("state"),
    "text": _("text"),
    "topic": _("topic"),
    "until": _("until"),
    "user": _("person"),
    "uses": _("uses"),
}


def name_all() -> None:
    """Of every page that is registered by then."""
    for model, page in desk._registry.items():
        heading = getattr(page, "heading", "")
        model._meta.verbose_name = model._meta.verbose_name_plural = heading
        for field in model._meta.fields:
            field.verbose_name = COLUMNS.get(field.name, field.verbose_name)
