"""Tells `manage.py doctor` how its request looked when it arrived: what the proxies before the site made of it."""

import os
import time

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.core.signing import BadSignature
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from chat.doctor import probe


@never_cache
def show(request: HttpRequest) -> HttpResponse:
    """For who signs with the site's key; to others it is not there."""
    try:
        answer = probe.answer(request.GET.get("question", ""), _seen(request))
    except BadSignature:
        raise Http404 from None
    return HttpResponse(answer, content_type="text/plain")


def _seen(request: HttpRequest) -> probe.Seen:
    forwarded = request.headers.get("X-Forwarded-For", "")
    return probe.Seen(
        scheme=request.scheme or "",
        # Not `get_host()`, which refuses the wrong ones.
        host=request.headers.get("Host", ""),
        origin=request.headers.get("Origin", ""),
        forwarded_for=[entry.strip() for entry in forwarded.split(",") if entry.strip()],
        forwarded_proto=request.headers.get("X-Forwarded-Proto", ""),
        client=_client(request),
        site_url=settings.SITE_URL,
        trusted_proxies=settings.ALLAUTH_TRUSTED_PROXY_COUNT,
        version=settings.VERSION,
        now=time.time(),
        is_root=os.geteuid() == 0,
    )


def _client(request: HttpRequest) -> str:
    """As the limits on signing in do, which refuse everybody when there are fewer proxies than they were told."""
    try:
        return str(get_adapter().get_client_ip(request))
    except (ImproperlyConfigured, PermissionDenied):
        return ""
