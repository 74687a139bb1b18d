"""The content security policy of every response, that nobody may frame it, and by which name it may be asked."""

from functools import partial

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.middleware.common import CommonMiddleware

from .middleware import EitherMiddleware, Finish

CSP = "Content-Security-Policy"
NOTHING = "default-src 'none'; frame-ancestors 'none'"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
    "media-src 'self' blob:; font-src 'self'; connect-src 'self'{sockets}; manifest-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


class ContentSecurityPolicyMiddleware(EitherMiddleware):
    """Nothing inline, nothing from elsewhere. A response that brings a policy of its own keeps it."""

    def begin(self, request: HttpRequest) -> Finish:
        return partial(_protect, request)


class HostMiddleware(CommonMiddleware):
    """Refuses what is asked by another name than the site's, but for whoever looks after this process: containers
    and load balancers know it by names of their own, and `manage.py doctor` wants to hear of a wrong one."""

    def process_request(self, request: HttpRequest) -> HttpResponsePermanentRedirect | None:
        if request.path in ("/healthz", "/readyz", "/metrics", "/probe"):
            return None
        return super().process_request(request)


def _protect(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    # Static files never come to Django's own middleware for this one.
    response.headers.setdefault("X-Frame-Options", "DENY")
    response.headers.setdefault(CSP, POLICY.format(sockets=_socket_sources(request)))
    return response


def _socket_sources(request: HttpRequest) -> str:
    """Older Safari does not count the site's own sockets as 'self'."""
    try:
        host = request.get_host()
    except DisallowedHost:
        return ""
    return f" ws://{host} wss://{host}"
