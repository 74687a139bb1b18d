"""The forms of the pages, allauth's among them, drawn by `templates/chat/field.html`."""

from datetime import timedelta
from functools import cache
from typing import Any, cast
from zoneinfo import available_timezones

from allauth.account import forms as allauth
from allauth.account.adapter import get_adapter
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from chat.models import Room, User

PASSWORD_HELP = _("10 characters or more. A short sentence works well.")
# For allauth's, which are no sentences and differ from form to form.
LABELS = {"oldpassword": _("Current password"), "password2": _("Password (again)")}


class Drawn:
    """Gives a form's widgets the classes of the style sheet and takes allauth's placeholders away."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if not isinstance(field.widget, forms.CheckboxInput):
                field.widget.attrs["class"] = "input"
            field.widget.attrs.pop("placeholder", None)
            field.label = LABELS.get(name, field.label)
            if name == "password1":
                field.help_text = PASSWORD_HELP


class LoginForm(Drawn, allauth.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("Email or user name")
        self.fields["login"].widget.attrs |= {
            "autocomplete": "username",
            "autofocus": True,
            "autocapitalize": "none",
        }
        self.fields["password"].help_text = ""
        self.fields["remember"].label = _("Keep me signed in on this device")
        self.fields["remember"].initial = True


class SignupForm(Drawn, allauth.SignupForm):
    name = forms.CharField(
        label=_("Your name"),
        required=False,
        max_length=80,
        help_text=_("As teammates know you. You can change it later."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ("name", "username", "email", "password1", "password2")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("User name")
        self.fields["username"].help_text = _("What people type after an @ to call you.")

    def save(self, request: HttpRequest) -> User:
        """Without allauth's own table of addresses: `User.email` is the one truth here."""
        adapter = get_adapter()
        user: User = adapter.save_user(request, adapter.new_user(request), self)
        return user


class ChangePasswordForm(Drawn, allauth.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].help_text = ""
        self.fields["password1"].label = _("New password")


class ResetPasswordForm(Drawn, allauth.ResetPasswordForm):
    pass


class ResetPasswordKeyForm(Drawn, allauth.ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = _("New password")


class SetupForm(Drawn, forms.Form):
    site_name = forms.CharField(
        label=_("Site name"),
        required=False,
        max_length=60,
        help_text=_("Shown in the sidebar and in emails."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    name = forms.CharField(
        label=_("Your name"), required=False, max_length=80, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    username = forms.CharField(
        label=_("User name"),
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    email = forms.EmailField(label=_("Email"), widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    password1 = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label=_("Password (again)"),
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    code = forms.CharField(
        label=_("Set-up code"),
        required=False,
        max_length=40,
        help_text=_(
            "Printed in the server’s log at start, so that only someone with access to the server can finish this."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, needs_code: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not needs_code:
            del self.fields["code"]

    def clean_username(self) -> str:
        username: str = get_adapter().clean_username(self.cleaned_data["username"])
        return username

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        password = data.get("password1")
        if password is not None:
            if password != data.get("password2", password):
                self.add_error("password2", _("You must type the same password each time."))
            person = User(
                username=data.get("username", ""), email=data.get("email", ""), name=data.get("name", "")
            )
            try:
                validate_password(password, person)
            except forms.ValidationError as error:
                self.add_error("password1", error)
        return data


@cache
def _time_zones() -> list[str]:
    # Looked for in hundreds of files, which takes a tenth of a second.
    return sorted(available_timezones())


class ProfileForm(Drawn, forms.Form):
    name = forms.CharField(
        label=_("Display name"),
        required=False,
        max_length=80,
        help_text=_("What others see. Without one they see your user name."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    avatar = forms.FileField(
        label=_("Picture"),
        required=False,
        help_text=_("PNG, JPEG, GIF or WebP. It is cut to a square."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/gif,image/webp"}),
    )
    remove_avatar = forms.BooleanField(label=_("Remove the picture"), required=False)
    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=[("", _("As the browser says")), *settings.LANGUAGES]
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        required=False,
        choices=lambda: [
            ("", _("As the browser says")),
            *((zone, zone) for zone in _time_zones()),
        ],
    )


class DeleteAccountForm(Drawn, forms.Form):
    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user = user

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if not self._user.check_password(password):
            raise forms.ValidationError(_("That is not your current password."))
        return password


class InviteForm(Drawn, forms.Form):
    goal = forms.ChoiceField(label=pgettext_lazy("an invitation", "To"))
    days = forms.TypedChoiceField(
        label=_("Works for"),
        coerce=int,
        empty_value=None,
        required=False,
        initial=7,
        choices=[(1, _("One day")), (7, _("A week")), (30, _("30 days")), ("", _("For ever"))],
    )
    max_uses = forms.IntegerField(
        label=_("Number of people"),
        required=False,
        min_value=1,
        max_value=10_000,
        help_text=_("Leave it empty for no limit."),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )

    def __init__(self, *args: Any, rooms: dict[str, Room | None], site_name: str, **kwargs: Any) -> None:
        """`rooms`: what the person may invite to; the key "site" stands for the site itself."""
        super().__init__(*args, **kwargs)
        self.rooms = rooms
        goal = cast(forms.ChoiceField, self.fields["goal"])
        goal.choices = [(key, str(room) if room else site_name) for key, room in rooms.items()]

    @property
    def room(self) -> Room | None:
        return self.rooms[self.cleaned_data["goal"]]

    @property
    def lifetime(self) -> timedelta | None:
        days = self.cleaned_data["days"]
        return timedelta(days=days) if days else None
