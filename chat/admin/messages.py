from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.text import Truncator

from chat.models import Message, Room

from .readonly import ReadOnlyAdmin


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    """What was said in rooms. Direct messages are nobody else's business."""

    list_display = ("id", "room", "author", "beginning", "kind", "sent_at", "edited_at", "deleted")
    list_filter = ("kind", "deleted")
    list_select_related = ("room", "author")
    search_fields = ("text", "author__username")
    ordering = ("-id",)
    list_per_page = 50
    fields = ("room", "author", "text", "kind", "sent_at", "edited_at", "deleted", "pinned")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        messages: QuerySet[Message] = super().get_queryset(request)
        return messages.exclude(room__kind=Room.Kind.DIRECT)

    @admin.display(description="text")
    def beginning(self, message: Message) -> str:
        return Truncator(message.text).chars(80)
