"""What the proxies before the site make of a request: its host, its scheme, its origin, and whom it is from."""

from collections.abc import Iterator

from django.conf import settings

from .asking import is_https, netloc
from .findings import Finding, ok, problem, warning
from .probe import Seen

PROXY = "proxy"
# Of a range for documents (RFC 5737): sent as a client would who pretends to be somebody else.
MARKER = "203.0.113.77"


def check(seen: Seen) -> Iterator[Finding]:
    found = [*_judge_host(seen), *_judge_scheme(seen), *_judge_origin(seen), *_judge_count(seen)]
    yield from found
    if not found:
        before = f"{seen.trusted_proxies} proxies before it" if seen.trusted_proxies else "no proxy before it"
        before = before.replace("1 proxies", "1 proxy")
        yield ok(PROXY, f"The site sees the right host, scheme and client ({seen.client}), with {before}.")


def _judge_host(seen: Seen) -> Iterator[Finding]:
    if _without_default_port(seen.host) == netloc():
        return
    if _name(seen.host) == _name(netloc()):
        yield warning(
            PROXY,
            f"The site is asked for {seen.host} instead of {netloc()}, and links in mail will lack the port: let "
            "the proxy pass the whole Host on (nginx: proxy_set_header Host $http_host).",
        )
        return
    yield problem(
        PROXY,
        f"The site is asked for {seen.host or 'no host'} instead of {netloc()}, and refuses every page: let the "
        "proxy pass the Host on (nginx: proxy_set_header Host $http_host).",
    )


def _judge_scheme(seen: Seen) -> Iterator[Finding]:
    if is_https() and seen.scheme != "https":
        told = f"says {seen.forwarded_proto}" if seen.forwarded_proto else "is missing"
        yield problem(
            PROXY,
            f"People come by https, and the site believes by http, because X-Forwarded-Proto {told}: let the "
            "proxy set it (nginx: proxy_set_header X-Forwarded-Proto $scheme).",
        )
    elif not is_https() and seen.forwarded_proto == "https":
        yield problem(
            PROXY,
            "The proxy says that people come by https, and SITE_URL begins with http://, so that forms and "
            f"sockets are refused: set SITE_URL=https://{netloc()}.",
        )


def _judge_origin(seen: Seen) -> Iterator[Finding]:
    if seen.origin != settings.SITE_URL:
        yield problem(
            PROXY,
            f"The Origin of a request arrives as {seen.origin or 'nothing'} instead of {settings.SITE_URL}, so "
            "that forms and sockets are refused: let the proxy leave this header alone.",
        )


def _judge_count(seen: Seen) -> Iterator[Finding]:
    """Each proxy adds one entry, or the first throws away what came and begins anew."""
    after = seen.forwarded_for
    if MARKER in after:
        after = after[after.index(MARKER) + 1 :]
    there, trusted = len(after), seen.trusted_proxies
    if trusted > there:
        consequence = (
            "anybody can pretend to come from any address"
            if len(seen.forwarded_for) >= trusted
            else "nobody can sign in"
        )
        yield problem(
            PROXY,
            f"TRUSTED_PROXIES is {trusted}, too many, because {_count(there)}, so that {consequence}: set "
            f"TRUSTED_PROXIES={there}, or let each proxy add to X-Forwarded-For.",
        )
    elif trusted < there:
        yield problem(
            PROXY,
            f"TRUSTED_PROXIES is {trusted}, too few, because {_count(there)}, so that everybody seems to come "
            f"from one address and shares its limits: set TRUSTED_PROXIES={there}.",
        )


def _count(there: int) -> str:
    if not there:
        return "no proxy adds to X-Forwarded-For"
    return "1 proxy adds to X-Forwarded-For" if there == 1 else f"{there} proxies add to X-Forwarded-For"


def _without_default_port(host: str) -> str:
    return host.lower().removesuffix(":443" if is_https() else ":80")


def _name(host: str) -> str:
    return host.lower().rpartition(":")[0] if host.rpartition(":")[2].isdecimal() else host.lower()
