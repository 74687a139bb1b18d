"""People and the invitations that bring them in."""

import secrets
from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

USERNAME_LENGTH = 64
# What no user name that somebody chooses can begin with: those begin so who have deleted their account.
FORMER = "~"


class User(AbstractUser):
    """A person, or a bot. `name` is what others see, `username` what they type after an @."""

    username = models.CharField(
        _("user name"),
        max_length=USERNAME_LENGTH,
        unique=True,
        validators=[RegexValidator(r"^[\w.+-]+\Z", _("Letters, digits and . + - _ only."))],
        error_messages={"unique": _("This user name is taken.")},
    )
    name = models.CharField(_("name"), max_length=80, blank=True)
    avatar = models.CharField(max_length=200, blank=True, editable=False)
    language = models.CharField(_("language"), max_length=16, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    bot = models.BooleanField(default=False)
    # Part of the session hash: raising it signs the person out everywhere.
    session_version = models.PositiveIntegerField(default=0, editable=False)

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("username"), name="user_username_unique_any_case"),
            models.UniqueConstraint(Lower("email"), condition=~Q(email=""), name="user_email_unique_any_case"),
        ]
        # The few among many, in the order of the desk's list. The first is asked whenever a rank on the site is.
        indexes: ClassVar = [
            models.Index(
                fields=["username"], condition=Q(is_staff=True) | Q(is_superuser=True), name="user_above_members"
            ),
            models.Index(fields=["username"], condition=Q(is_active=False), name="user_inactive"),
            models.Index(fields=["username"], condition=Q(bot=True), name="user_bot"),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        return self.name or self.username

    @property
    def is_former(self) -> bool:
        """Has deleted their account: the row that their messages hang on is left, and nothing brings it back."""
        return self.username.startswith(FORMER)

    def get_full_name(self) -> str:
        return self.display_name

    def get_short_name(self) -> str:
        return self.display_name

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        # Django's own hash covers the password alone.
        value = f"{self.password}:{self.session_version}"
        return salted_hmac("chat.session", value, secret=secret, algorithm="sha256").hexdigest()


def new_token() -> str:
    return secrets.token_urlsafe(18)


class InviteQuerySet(models.QuerySet["Invite"]):
    def usable(self) -> "InviteQuerySet":
        return self.filter(
            Q(expires_at=None) | Q(expires_at__gt=timezone.now()),
            Q(max_uses=None) | Q(uses__lt=F("max_uses")),
            revoked=False,
        )


class Invite(models.Model):
    """A link that lets someone make an account, and into `room` if one is named."""

    token = models.CharField(max_length=32, unique=True, default=new_token, editable=False)
    room = models.ForeignKey("chat.Room", models.CASCADE, null=True, blank=True, related_name="invites")
    created_by = models.ForeignKey(User, models.CASCADE, related_name="invites")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True, blank=True)
    max_uses = models.PositiveIntegerField(null=True, blank=True)
    uses = models.PositiveIntegerField(default=0)
    revoked = models.BooleanField(default=False)

    objects = InviteQuerySet.as_manager()

    def __str__(self) -> str:
        return f"invite {self.pk}"
