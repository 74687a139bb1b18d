"""Signing in, up and out: django-allauth's views and adapter, bent to this site's rules and actions."""

import logging
from typing import Any, ClassVar, cast

from allauth.account import views
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from chat import access
from chat.actions import invites, people
from chat.actions.setup import is_set_up
from chat.errors import Refused
from chat.models import Invite, Sanction, Site, User

logger = logging.getLogger(__name__)
INVITE_KEY = "invite"  # in the session: the token of the link that a visitor came by
BAN_KEY = "ban"  # in the session: what kept a visitor with the right password out


class AccountAdapter(DefaultAccountAdapter):
    error_messages: ClassVar = DefaultAccountAdapter.error_messages | {
        # One sentence for both, whatever was typed.
        "email_password_mismatch": _("That name and password don’t match."),
        "username_password_mismatch": _("That name and password don’t match."),
        "too_many_login_attempts": _("Too many tries. Wait five minutes, then try again."),
        "enter_current_password": _("That is not your current password."),
        "username_blacklisted": _("This user name is taken."),
        "username_taken": _("This user name is taken."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        if settings.SIGNUP == "invite":
            return session_invite(request) is not None
        return bool(settings.SIGNUP == "open")

    def save_user(
        self, request: HttpRequest, user: AbstractBaseUser, form: BaseForm, commit: bool = True
    ) -> AbstractBaseUser:
        """Raises `Refused` when the name or the invite's last place went to somebody else just now."""
        data = form.cleaned_data
        account = people.register(
            username=data["username"],
            email=data["email"],
            password=data["password1"],
            name=data["name"],
            invite=session_invite(request),
        )
        request.session.pop(INVITE_KEY, None)
        if not account.email:
            self.send_account_already_exists_mail(data["email"])
        return account

    def pre_login(self, request: HttpRequest, user: AbstractBaseUser, **hook: Any) -> HttpResponse | None:
        """Whoever is banned comes to the page of closed accounts, and learns there why and until when."""
        if (ban := access.ban_from_site(cast(User, user).pk)) is not None:
            request.session[BAN_KEY] = ban.pk
            response: HttpResponse = self.respond_user_inactive(request, user)
            return response
        return cast("HttpResponse | None", super().pre_login(request, user, **hook))

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        people.change_password(user=cast(User, user), password=password)

    def logout(self, request: HttpRequest) -> None:
        if isinstance(request.user, User):
            people.sign_out(user=request.user, session=request.session)
        super().logout(request)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("profile")

    def format_email_subject(self, subject: str) -> str:
        return f"[{Site.load().name}] {subject}"

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Mail that cannot be sent is logged and nothing else: an error page would tell who has an account."""
        site = {"name": Site.load().name, "domain": allauth_context.request.get_host()}
        try:
            super().send_mail(template_prefix, email, {**context, "current_site": site})
        except OSError:  # smtplib's errors are among them
            logger.exception("Cannot send mail; check EMAIL_HOST and the settings next to it.")


def session_invite(request: HttpRequest) -> Invite | None:
    """The invite the visitor came by, if it still works."""
    token = request.session.get(INVITE_KEY)
    return invites.find_invite(token) if isinstance(token, str) else None


class PlainContext:
    """allauth puts its own `site` (the host) over the one that every page of ours shows."""

    request: HttpRequest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]  # a mixin
        context["site"] = Site.load()
        context["signup_open"] = settings.SIGNUP == "open"
        context["invite"] = session_invite(self.request)
        return context


class LoginView(PlainContext, views.LoginView):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not is_set_up():
            return redirect("setup")
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response


class SignupView(PlainContext, views.SignupView):
    def form_valid(self, form: BaseForm) -> HttpResponse:
        try:
            response: HttpResponse = super().form_valid(form)
        except Refused as refusal:
            form.add_error("username" if refusal.code == "conflict" else None, refusal.message)
            response = self.form_invalid(form)
        return response


class PasswordResetView(PlainContext, views.PasswordResetView):
    pass


class PasswordResetDoneView(PlainContext, views.PasswordResetDoneView):
    pass


class PasswordResetFromKeyView(PlainContext, views.PasswordResetFromKeyView):
    pass


class PasswordResetFromKeyDoneView(PlainContext, views.PasswordResetFromKeyDoneView):
    pass


class InactiveView(PlainContext, views.AccountInactiveView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        # Lifted or over by now, it keeps nobody out.
        ban = Sanction.objects.bans(None).filter(pk=self.request.session.get(BAN_KEY, 0)).first()
        return {**super().get_context_data(**kwargs), "ban": ban}
