"""The first visit, `/setup/`: there until somebody has made the owner's account, then gone."""

from allauth.core import ratelimit
from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from chat.actions import setup
from chat.errors import Refused
from chat.forms import SetupForm
from chat.models import User

from .errors import too_many


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters("password1", "password2", "code")
def set_up(request: HttpRequest) -> HttpResponse:
    if setup.is_set_up():
        raise Http404
    needs_code = not settings.SITE_IS_LOOPBACK
    form = SetupForm(request.POST or None, needs_code=needs_code)
    if request.method == "POST":
        if needs_code and not ratelimit.consume(request, action="setup"):
            return too_many(request)
        if form.is_valid() and _is_allowed(form, needs_code):
            login(request, _make_owner(form))
            return redirect("home")
    return render(request, "setup.html", {"form": form})


def _is_allowed(form: SetupForm, needs_code: bool) -> bool:
    if not needs_code or setup.is_setup_code(form.cleaned_data["code"]):
        return True
    form.add_error("code", _("That is not the code in the server’s log."))
    return False


def _make_owner(form: SetupForm) -> User:
    data = form.cleaned_data
    try:
        return setup.set_up(
            username=data["username"],
            email=data["email"],
            password=data["password1"],
            name=data["name"],
            site_name=data["site_name"],
        )
    except Refused:
        # Somebody else was faster.
        raise Http404 from None
