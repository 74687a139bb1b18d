"""The record of moderation: looked at, searched and taken along, and never changed."""

from datetime import datetime
from typing import Any, cast

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.actions.moderation import purging
from chat.actions.moderation.record import Actor
from chat.models import ModerationAction

from .acting import Act, ActingAdmin
from .filters import picked
from .forms import OptionalReasonForm
from .readonly import BoundedList
from .record_files import FORMATS, Pieces
from .site import desk


def _restore(by: Actor, act: ModerationAction, found: dict[str, Any]) -> None:
    purging.restore_purged(by=by, action_id=act.pk, reason=found["reason"])


@admin.register(ModerationAction, site=desk)
class RecordAdmin(ActingAdmin):
    """All acts are here for all moderators, those on themselves too: reports name nobody in it."""

    heading = _("Record")
    list_display = ("when", "action", "who", "whom", "where", "reason", "source")
    list_filter = (
        "at",
        "action",
        "source",
        picked("actor", _("moderator")),
        picked("person", _("person")),
        picked("room", _("room")),
    )
    unindexed = ("source",)
    search_fields = ("reason", "actor_name", "person_name", "room_name")
    ordering = ("-at", "-pk")
    fields = (
        "at",
        "action",
        "actor_name",
        "person_name",
        "room_name",
        "message_number",
        "reason",
        "before",
        "after",
        "source",
        "address",
    )
    readonly_fields = ("message_number",)
    change_list_template = "admin/record.html"
    acts = (
        Act(
            "restore",
            _("Restore these messages"),
            _restore,
            OptionalReasonForm,
            applies=lambda act: act.action == ModerationAction.Action.PURGE_MESSAGES,
            bulk=False,
        ),
    )

    def get_urls(self) -> list[URLPattern]:
        own = path("export.<slug:form>", self.admin_site.admin_view(self.export), name="chat_record_export")
        return [own, *super().get_urls()]

    def export(self, request: HttpRequest, form: str) -> StreamingHttpResponse:
        """What the list shows by the same filters and search, all of it, as a file."""
        if form not in FORMATS:
            raise Http404
        try:
            rows: Any = cast(BoundedList, self.get_changelist_instance(request)).whole
        except IncorrectLookupParameters:
            raise Http404 from None
        response = StreamingHttpResponse(Pieces(FORMATS[form](rows)), content_type=FORMATS[form].content_type)
        name = f"record-{timezone.localdate():%Y-%m-%d}.{form}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["Cache-Control"] = "no-store"
        return response

    @admin.display(description=_("when"))
    def when(self, act: ModerationAction) -> datetime:
        return act.at

    @admin.display(description=_("message"))
    def message_number(self, act: ModerationAction) -> int | None:
        return act.message_id

    @admin.display(description=_("moderator"))
    def who(self, act: ModerationAction) -> str:
        return act.actor_name

    @admin.display(description=_("person"))
    def whom(self, act: ModerationAction) -> str:
        return act.person_name

    @admin.display(description=_("room"))
    def where(self, act: ModerationAction) -> str:
        return act.room_name
