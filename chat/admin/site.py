"""The desk itself: who may enter, what is on it, and its first page."""

from typing import Any, cast

from django.contrib.admin import AdminSite
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from chat import ranks
from chat.models import User

from . import dashboard


class Completion(AutocompleteJsonView):
    """People by both their names, since many are called the same."""

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        found: dict[str, str] = super().serialize_result(obj, to_field_name)
        return {**found, "text": f"{obj} @{obj.username}"} if isinstance(obj, User) else found


class Desk(AdminSite):
    """For those who moderate the whole site. Being staff alone opens nothing."""

    site_header = site_title = _("Administration")
    index_title = _("Desk")
    index_template = "admin/desk.html"

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        return isinstance(user, User) and user.is_active and ranks.moderates_site(user)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        assert isinstance(request.user, User), "nobody else has the permission"
        return super().index(request, {**(extra_context or {}), **dashboard.of(request.user)})

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        return cast(HttpResponse, Completion.as_view(admin_site=self)(request))

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """With the headings of our pages."""
        pages: dict[Any, Any] = self._registry
        headings = {model._meta.object_name: str(page.heading) for model, page in pages.items()}
        apps = super().get_app_list(request, app_label)
        for app in apps:
            for model in app["models"]:
                model["name"] = headings[model["object_name"]]
            app["models"].sort(key=lambda model: model["name"])
        return apps


desk = Desk(name="admin")
# The one action that Django brings by itself, and it goes behind the back of ours.
desk.disable_action("delete_selected")
