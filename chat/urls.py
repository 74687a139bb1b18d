"""The addresses of the pages. Of django-allauth only what the site offers is routed."""

from allauth.account import views as allauth
from django.urls import include, path, re_path
from django.views.i18n import set_language

from .views import accounts, app, attachments, errors, health, invites, metrics, own_data, probe, profile, setup

account = [
    path("login/", accounts.LoginView.as_view(), name="account_login"),
    path("logout/", allauth.logout, name="account_logout"),
    path("signup/", accounts.SignupView.as_view(), name="account_signup"),
    path("inactive/", accounts.InactiveView.as_view(), name="account_inactive"),
    path("password/change/", allauth.password_change, name="account_change_password"),
    path("password/reset/", accounts.PasswordResetView.as_view(), name="account_reset_password"),
    path("password/reset/done/", accounts.PasswordResetDoneView.as_view(), name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        accounts.PasswordResetFromKeyView.as_view(),
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        accounts.PasswordResetFromKeyDoneView.as_view(),
        name="account_reset_password_from_key_done",
    ),
    path("profile/", profile.edit, name="profile"),
    path("delete/", own_data.delete_account, name="delete_account"),
    path("export/", own_data.export, name="export"),
    path("unblock/<int:user_id>/", own_data.unblock, name="unblock"),
    path("sign-out-everywhere/", profile.sign_out_everywhere, name="sign_out_everywhere"),
]

urlpatterns = [
    path("", app.home, name="home"),
    path("rooms/<int:room_id>/", app.show_room, name="room"),
    path("setup/", setup.set_up, name="setup"),
    path("accounts/", include(account)),
    path("language/", set_language, name="set_language"),
    path("invite/<str:token>/", invites.follow, name="invite"),
    path("invites/", invites.manage, name="invites"),
    path("invites/<int:invite_id>/revoke/", invites.revoke, name="revoke_invite"),
    re_path(r"^avatars/(?P<name>[0-9a-f]{32})$", profile.avatar, name="avatar"),
    path("attachments/<int:attachment_id>/thumbnail", attachments.show_thumbnail),
    path("attachments/<int:attachment_id>/<str:name>", attachments.show),
    path("api/", include("chat.api.urls")),
    # JSON also while DEBUG shows Django's own page for what is not routed.
    re_path(r"^api/", errors.not_found),
    path("healthz", health.alive),
    path("readyz", health.ready),
    path("metrics", metrics.show),
    path("probe", probe.show),
]
