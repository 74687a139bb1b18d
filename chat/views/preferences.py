"""A signed-in person sees the site in the language and the time zone they chose."""

from contextlib import suppress
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.deprecation import MiddlewareMixin

from chat.models import User


class PersonalSettingsMiddleware(MiddlewareMixin):
    """Stands after `LocaleMiddleware`, whose choice from the browser's header stays for everybody else."""

    def process_request(self, request: HttpRequest) -> None:
        # The time zone of the thread's previous request would stay.
        timezone.deactivate()
        user = _person(request)
        if user is None:
            return
        if user.language:
            translation.activate(user.language)
            request.LANGUAGE_CODE = translation.get_language()
        if user.time_zone:
            # A zone that this machine's tables do not know any more must not lock the person out.
            with suppress(ZoneInfoNotFoundError):
                timezone.activate(ZoneInfo(user.time_zone))


def _person(request: HttpRequest) -> User | None:
    try:
        # Asking what it is reads the session.
        return request.user if isinstance(request.user, User) else None
    except (DatabaseError, InterfaceError):
        # Every request passes here: the view says better than a broken request that the database is away.
        return None
