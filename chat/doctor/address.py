"""The address: whether people who type SITE_URL come to this site, and safely."""

import http.client
import socket
import ssl
import time
from collections.abc import Generator, Iterator
from urllib.parse import urlsplit

from django.conf import settings

from . import certificates, clocks, probe, proxies, sockets
from .asking import Reply, Way, is_https, is_public
from .findings import Finding, note, ok, problem, reason, warning

ADDRESS = "address"
NOT_TLS = ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE")  # which of them depends on the version of OpenSSL


def check(way: Way) -> Iterator[Finding]:
    """Go there; if a process of this site answers, also judge what the proxies made of the request."""
    if not is_https() and is_public():
        yield warning(
            ADDRESS,
            "SITE_URL begins with http://, so that everybody on the way can read along and take over sessions: "
            "let the proxy serve HTTPS, and set SITE_URL to https://.",
        )
    try:
        alive = yield from _knock(way)
        if alive.status != 200 or alive.json() != {"status": "ok"}:
            yield _judge_stranger(alive)
            return
        nonce, question = probe.question()
        before = time.time()
        # What a client could send who pretends to be somebody else.
        headers = {"Origin": settings.SITE_URL, "X-Forwarded-For": proxies.MARKER}
        answer = way.ask(f"/probe?question={question}", headers)
        seen = probe.read(nonce, answer.body.decode("ascii", "replace"))
    except (OSError, http.client.HTTPException) as error:
        yield _unreachable(error)
        return
    except probe.NoAnswer:
        yield problem(
            ADDRESS,
            f"A chat site answers at {settings.SITE_URL}, but one with another SECRET_KEY or of another version: "
            "start all its processes, and this command, with the same settings and the same code.",
        )
        return
    yield ok(ADDRESS, f"This site answers at {settings.SITE_URL}.")
    yield from _judge_process(seen)
    difference = clocks.compare(before, seen.now, time.time())
    if abs(difference) > clocks.MOST:
        yield clocks.judge("the process that answers", difference)
    yield from proxies.check(seen)
    yield from sockets.check(way)


def _knock(way: Way) -> Generator[Finding, None, Reply]:
    """What anybody may ask. A certificate that is no good is told, then trusted, to look at the rest as well."""
    try:
        alive = way.ask("/healthz")
    except ssl.SSLCertVerificationError as error:
        yield certificates.judge_refused(error)
        way.trusting = True
        return way.ask("/healthz")
    if alive.certificate:
        yield certificates.judge_lifetime(alive.certificate)
    return alive


def _unreachable(error: Exception) -> Finding:
    url = settings.SITE_URL
    if isinstance(error, socket.gaierror):
        return problem(
            ADDRESS, f"The name in SITE_URL is not known here ({url}): correct it, or add a DNS record for it."
        )
    if isinstance(error, ConnectionRefusedError):
        return problem(
            ADDRESS,
            f"Nobody listens at {url}: start the proxy or `manage.py serve`, or correct the name or the port of "
            "SITE_URL.",
        )
    if isinstance(error, TimeoutError):
        return problem(
            ADDRESS,
            f"{url} did not answer in time: open its port in the firewall and correct its DNS record; if only "
            "this machine cannot go there, try --connect-to with the proxy's own address.",
        )
    if isinstance(error, ssl.SSLError) and error.reason in NOT_TLS:
        return problem(
            ADDRESS,
            "SITE_URL begins with https://, but its port speaks plain HTTP: let the proxy serve HTTPS there, or "
            "correct SITE_URL.",
        )
    if isinstance(error, ssl.SSLError):
        return problem(
            certificates.CERTIFICATE,
            f"No secure connection to {url} comes about ({reason(error)}): the proxy's log says whether it has a "
            "certificate for this name.",
        )
    speaks = "perhaps it begins with https://" if not is_https() else "no web server is there"
    return problem(ADDRESS, f"What answers at {url} makes no sense ({reason(error)}): correct SITE_URL; {speaks}.")


def _judge_stranger(reply: Reply) -> Finding:
    url = settings.SITE_URL
    leads_to = reply.headers.get("Location", "")
    if 300 <= reply.status < 400 and leads_to:
        return _judge_redirect(leads_to)
    if reply.status in (502, 503, 504):
        return problem(
            ADDRESS,
            f"The proxy at {url} reaches no process of the site (it answers {reply.status}): start `manage.py "
            "serve`, or correct the address that the proxy passes requests to.",
        )
    if reply.status == 401:
        return problem(
            ADDRESS,
            f"Something before the site at {url} asks for a password of its own (401): let it pass /ws/ and /api/ "
            "at least, or take it away.",
        )
    hint = "" if is_https() or reply.status != 400 else ", which may mean that it begins with https://"
    return problem(
        ADDRESS,
        f"Another server than this site answers at {url} (with status {reply.status}{hint}): correct SITE_URL, "
        "or what the proxy does with /healthz.",
    )


def _judge_redirect(location: str) -> Finding:
    target = urlsplit(location)
    origin = f"{target.scheme}://{target.netloc}" if target.netloc else settings.SITE_URL
    if origin == settings.SITE_URL:
        return problem(
            ADDRESS,
            f"{settings.SITE_URL} leads on to {location}: the site needs the whole host to itself, so let the "
            "proxy pass every path on unchanged.",
        )
    return problem(
        ADDRESS,
        f"{settings.SITE_URL} leads on to {origin}, where forms and sockets would be refused: set "
        f"SITE_URL={origin}.",
    )


def _judge_process(seen: probe.Seen) -> Iterator[Finding]:
    if seen.site_url != settings.SITE_URL:
        yield problem(
            ADDRESS,
            f"The process that answers was started with SITE_URL={seen.site_url}, and this command with "
            f"{settings.SITE_URL}: start all with the same settings.",
        )
    if seen.version != settings.VERSION:
        yield note(
            ADDRESS,
            f"The process that answers is version {seen.version}, this command {settings.VERSION}: restart the "
            "processes after an upgrade.",
        )
    if seen.is_root:
        yield warning("permissions", "The process that answers runs as root: give it a user of its own.")
