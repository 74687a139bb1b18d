"""The admin's doors lead through the site's own, where attempts are limited and sockets close."""

from allauth.account.views import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from chat.models import User

sign_out = logout


def sign_in(request: HttpRequest) -> HttpResponse:
    """Somebody who is signed in and comes here may not enter: the admin lets the others through by itself."""
    if isinstance(request.user, User):
        raise PermissionDenied
    return redirect_to_login(request.GET.get("next", "/admin/"))
