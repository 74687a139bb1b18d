"""What people do with what is theirs: take it along, take blocks back, delete the account."""

from collections.abc import AsyncIterator, Iterator

from allauth.core import ratelimit
from asgiref.sync import sync_to_async
from django.contrib import messages
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from chat.actions import blocking, leaving
from chat.actions.moderation.record import Actor
from chat.api.actors import address_of
from chat.errors import Refused
from chat.exporting import export_of
from chat.forms import DeleteAccountForm
from chat.models import Site, User

from .errors import refuse, too_many
from .signed_in import signed_in

_exporting: set[int] = set()  # whose export is on its way from this process


@require_POST
@signed_in
def export(request: HttpRequest, user: User) -> HttpResponseBase:
    """One at a time, because each keeps a thread and the disk busy, and a few a day."""
    if user.pk in _exporting or not ratelimit.consume(request, action="export"):
        return refuse(request, Refused("rate_limited", _("You can make one export at a time, and five a day.")))
    _exporting.add(user.pk)
    response = StreamingHttpResponse(_Pieces(user), content_type="application/zip")
    name = f"export-{timezone.localdate():%Y-%m-%d}.zip"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


class _Pieces:
    """Made in the request's thread piece by piece, so that no more is in memory than one that is on its way."""

    def __init__(self, user: User) -> None:
        self._user_id = user.pk
        self._pieces = export_of(user)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            while (piece := await sync_to_async(_next)(self._pieces)) is not None:
                yield piece
        finally:
            self.close()

    def close(self) -> None:
        """Called by Django too, which may never have asked for a piece."""
        _exporting.discard(self._user_id)


def _next(pieces: Iterator[bytes]) -> bytes | None:
    try:
        return next(pieces, None)
    finally:
        # A slow reader must not keep a connection between two pieces.
        close_old_connections()


@require_POST
@signed_in
def unblock(request: HttpRequest, user: User, user_id: int) -> HttpResponse:
    blocking.unblock(by=user, person_id=user_id)
    return redirect("profile")


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@signed_in
def delete_account(request: HttpRequest, user: User) -> HttpResponse:
    if request.method == "POST" and not ratelimit.consume(request, action="reauthenticate"):
        return too_many(request)
    form = DeleteAccountForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid() and _delete(form, request, user):
        request.session.flush()
        messages.success(request, _("Your account is deleted."))
        return redirect("account_login")
    kept = Site.load().deleted_account_messages == Site.DeletedAccounts.KEEP
    return render(request, "account/delete.html", {"form": form, "kept": kept})


def _delete(form: DeleteAccountForm, request: HttpRequest, user: User) -> bool:
    try:
        leaving.delete_account(by=Actor(user, address=address_of(request)))
    except Refused:
        form.add_error(None, _("You are the last owner of this site. Make somebody else an owner first."))
        return False
    return True
