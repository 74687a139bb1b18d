"""What was said in public rooms and in those in which the moderator is."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from chat import ranks
from chat.actions.moderation import removing
from chat.actions.moderation.record import Actor
from chat.casework.listing import removal_of
from chat.models import Message

from .acting import Act, ActingAdmin
from .filters import picked
from .forms import OptionalReasonForm
from .readonly import member
from .site import desk


def _remove(by: Actor, message: Message, found: dict[str, Any]) -> None:
    removing.remove(by=by, message_id=message.pk, reason=found["reason"])


def _restore(by: Actor, message: Message, found: dict[str, Any]) -> None:
    removing.restore(by=by, message_id=message.pk, reason=found["reason"])


@admin.register(Message, site=desk)
class MessageAdmin(ActingAdmin):
    """Direct messages are nobody else's business, and what is said in other private rooms comes by reports."""

    heading = _("Messages")
    list_display = ("id", "room", "author", "beginning", "kind", "sent_at", "edited_at", "deleted")
    list_filter = (picked("room", _("room")), picked("author", _("author")), "kind", "deleted")
    unindexed = ("kind", "deleted")
    list_select_related = ("room", "author", "removal")
    search_fields = ("text",)
    ordering = ("-id",)
    fields = ("room", "author", "words", "kind", "sent_at", "edited_at", "deleted", "pinned")
    readonly_fields = ("words",)
    related = list_select_related
    acts = (
        Act(
            "remove",
            _("Remove message"),
            _remove,
            OptionalReasonForm,
            applies=lambda message: not message.deleted,
        ),
        Act(
            "restore",
            _("Restore message"),
            _restore,
            OptionalReasonForm,
            applies=lambda message: removal_of(message) is not None,
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        return Message.objects.filter(ranks.in_view(member(request))).order_by("-pk")

    def named(self, row: Message) -> str:
        return f"{row.author}: {self.beginning(row)}"

    @admin.display(description=_("text"))
    def words(self, message: Message) -> str:
        """With those of a message that was removed and can be restored."""
        removal = removal_of(message)
        return removal.text if removal else message.text

    @admin.display(description=_("text"))
    def beginning(self, message: Message) -> str:
        return Truncator(self.words(message)).chars(80)
