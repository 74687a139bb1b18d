"""What moderators have noted about people. Nobody reads what is noted about themselves or their equals."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from chat import ranks
from chat.models import Note
from chat.ranks import Rank

from .filters import picked
from .readonly import ReadOnlyAdmin, member
from .site import desk


@admin.register(Note, site=desk)
class NoteAdmin(ReadOnlyAdmin):
    heading = _("Notes")
    list_display = ("person", "text", "author", "created_at")
    list_filter = (picked("person", _("person")), picked("author", _("author")))
    list_select_related = ("person", "author")
    search_fields = ("text",)
    ordering = ("-pk",)
    fields = list_display

    def get_queryset(self, request: HttpRequest) -> QuerySet[Note]:
        site = ranks.site_ranks()
        own = site.get(member(request).pk, Rank.MEMBER)
        above = [key for key, rank in site.items() if rank >= own]
        return Note.objects.exclude(person__in=above).order_by(*self.ordering)
