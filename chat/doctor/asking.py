"""Asking the site by the address that people type, as one of them would."""

import http.client
import ipaddress
import json
import socket
import ssl
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

LIMIT = 4.0  # seconds to connect, and between two pieces of an answer
MOST_BODY = 64 * 1024

# Names that only a network of one's own knows (RFC 6761, RFC 6762, RFC 8375, RFC 9476 and habit).
PRIVATE_ENDINGS = (".localhost", ".local", ".lan", ".internal", ".home.arpa", ".test", ".intranet", ".home")


@dataclass(frozen=True)
class Reply:
    status: int
    headers: http.client.HTTPMessage
    body: bytes
    certificate: dict[str, Any] = field(default_factory=dict)

    def json(self) -> Any:
        """None for what is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


@dataclass
class Way:
    """The way to the site: by `SITE_URL`, or for the first step to `connect_to`, where a name leads elsewhere.

    Attributes:
        trusting: go on although the certificate is no good, which has been told by then.
    """

    connect_to: tuple[str, int] | None = None
    trusting: bool = False

    def ask(self, path: str, headers: dict[str, str] | None = None) -> Reply:
        """Raises `OSError` (`ssl.SSLError` among them) and `http.client.HTTPException`."""
        with self._connect() as connected:
            connection = http.client.HTTPConnection(host(), timeout=LIMIT)
            connection.sock = connected
            sent = {"Host": netloc(), "User-Agent": "chatsite-doctor", **(headers or {})}
            connection.request("GET", path, headers={"Connection": "close", **sent})
            answer = connection.getresponse()
            certificate = connected.getpeercert() if isinstance(connected, ssl.SSLSocket) else None
            return Reply(answer.status, answer.headers, answer.read(MOST_BODY), certificate or {})

    def _connect(self) -> socket.socket:
        connected = socket.create_connection(self.connect_to or (host(), port()), timeout=LIMIT)
        if not is_https():
            return connected
        try:
            return self._tls().wrap_socket(connected, server_hostname=host())
        except BaseException:
            connected.close()
            raise

    def _tls(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        context.set_alpn_protocols(["http/1.1"])
        if self.trusting:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


def host() -> str:
    """Without the brackets of IPv6."""
    return urlsplit(settings.SITE_URL).hostname or ""


def port() -> int:
    return urlsplit(settings.SITE_URL).port or (443 if is_https() else 80)


def netloc() -> str:
    return urlsplit(settings.SITE_URL).netloc


def is_https() -> bool:
    return str(settings.SITE_URL).startswith("https://")


def is_public() -> bool:
    """Whether everybody's browser could know this name."""
    try:
        return ipaddress.ip_address(host()).is_global
    except ValueError:
        return "." in host() and not host().endswith(PRIVATE_ENDINGS)
