"""What a password must be like, as far as Django's own rules do not say it."""

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import ngettext


class LengthValidator(MinimumLengthValidator):
    """Django's, whose sentence is not translated into every language of this site."""

    def get_error_message(self) -> str:
        return ngettext(
            "This password is shorter than %(least)s character.",
            "This password is shorter than %(least)s characters.",
            self.min_length,
        ) % {"least": self.min_length}
