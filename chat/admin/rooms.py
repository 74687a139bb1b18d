from django.contrib import admin

from chat.models import Room

from .readonly import ReadOnlyAdmin


@admin.register(Room)
class RoomAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "kind", "topic", "archived", "locked", "slow_mode", "created_at")
    list_filter = ("kind", "archived")
    search_fields = ("name", "topic")
    ordering = ("name",)
    fields = ("name", "kind", "topic", "archived", "locked", "slow_mode", "created_at", "clock")
