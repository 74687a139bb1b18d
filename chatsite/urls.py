"""The site's addresses: Django admin, and everything else in `chat.urls`."""

from django.urls import include, path
from django.views.generic import RedirectView

from chat.admin import desk
from chat.views.admin import sign_in, sign_out

urlpatterns = [
    # Before the admin's own, which know of no limits on attempts and no open sockets.
    path("admin/login/", sign_in),
    path("admin/logout/", sign_out),
    path("admin/password_change/", RedirectView.as_view(pattern_name="account_change_password")),
    path("admin/", desk.urls),
    path("", include("chat.urls")),
]

handler400 = "chat.views.errors.bad_request"
handler403 = "chat.views.errors.forbidden"
handler404 = "chat.views.errors.not_found"
handler429 = "chat.views.errors.too_many"  # allauth's
handler500 = "chat.views.errors.failed"
