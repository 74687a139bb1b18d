"""From the one address that people type to what a browser will call it."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

DEFAULT_PORTS = {"http": 80, "https": 443}
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class SiteAddress:
    """`host` has brackets around an IPv6 address, as in a `Host` header."""

    scheme: str
    host: str
    port: int

    @property
    def origin(self) -> str:
        """As browsers send it: in small letters, and without the scheme's own port."""
        port = "" if self.port == DEFAULT_PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}"

    @property
    def is_loopback(self) -> bool:
        return self.host.strip("[]") in LOOPBACK


def site_address(url: str) -> SiteAddress:
    """Raises `ImproperlyConfigured`, with a sentence, for what nobody can type into a browser."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise _wrong(url) from None
    if parts.scheme not in DEFAULT_PORTS or not host or port == 0:
        raise _wrong(url)
    if parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc:
        raise _wrong(url)
    if not host.isascii():
        name = _in_ascii(host)
        raise ImproperlyConfigured(f"SITE_URL must have its name in ASCII, as browsers send it: {name}.")
    # A star would allow every host, and a blank is none.
    if not all(letter.isalnum() or letter in "-._:" for letter in host) or host.startswith("."):
        raise _wrong(url)
    host = f"[{host}]" if ":" in host else host
    return SiteAddress(parts.scheme, host, port or DEFAULT_PORTS[parts.scheme])


def _wrong(url: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(
        f"SITE_URL must be the address people type, like https://chat.example.org, not {url!r}."
    )


def _in_ascii(host: str) -> str:
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return "the form that begins with xn--"
