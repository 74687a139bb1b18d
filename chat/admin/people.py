from django.contrib import admin

from chat.models import Invite, Sanction, User

from .readonly import ReadOnlyAdmin


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    list_display = ("username", "name", "email", "is_active", "is_staff", "bot", "last_login", "date_joined")
    list_filter = ("is_active", "is_staff", "bot")
    search_fields = ("username", "name", "email")
    ordering = ("username",)
    fields = (*list_display, "is_superuser", "language", "time_zone", "avatar")


@admin.register(Invite)
class InviteAdmin(ReadOnlyAdmin):
    # Without the token: whoever sees it may use it.
    list_display = ("id", "room", "created_by", "created_at", "expires_at", "uses", "max_uses", "revoked")
    list_filter = ("revoked",)
    list_select_related = ("room", "created_by")
    ordering = ("-created_at",)
    fields = list_display


@admin.register(Sanction)
class SanctionAdmin(ReadOnlyAdmin):
    list_display = ("user", "kind", "room", "reason", "until", "lifted", "created_by", "created_at")
    list_filter = ("kind", "lifted")
    list_select_related = ("user", "room", "created_by")
    search_fields = ("user__username", "reason")
    ordering = ("-created_at",)
    fields = list_display
