"""The address: whether people who type SITE_URL come to this site, and safely."""

import http.client
import socket
import ssl
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings

from . import clocks, probe, proxies, sockets
from .asking import Reply, Way, is_https, is_public
from .findings import Finding, note, ok, problem, reason, warning

ADDRESS, CERTIFICATE = "address", "certificate"

# Of X509_verify_cert.
EXPIRED, NOT_YET, SELF_SIGNED, WRONG_NAME, WRONG_ADDRESS = 10, 9, 18, 62, 64


def check(way: Way) -> Iterator[Finding]:
    """Go there; if a process of this site answers, also judge what the proxies made of the request."""
    if not is_https() and is_public():
        yield warning(
            ADDRESS,
            "SITE_URL begins with http://, so that everybody on the way can read along and take over sessions: "
            "let the proxy serve HTTPS, and set SITE_URL to https://.",
        )
    try:
        alive = way.ask("/healthz")
        if alive.certificate:
            yield _judge_lifetime(alive)
    except ssl.SSLCertVerificationError as error:
        yield _judge_certificate(error)
        way.trusting = True
        try:
            alive = way.ask("/healthz")
        except (OSError, http.client.HTTPException) as again:
            yield _unreachable(again)
            return
    except (OSError, http.client.HTTPException) as error:
        yield _unreachable(error)
        return
    if alive.status != 200 or alive.json() != {"status": "ok"}:
        yield _judge_stranger(alive)
        return
    nonce, question = probe.question()
    before = time.time()
    try:
        answer = way.ask(
            f"/probe?question={question}", {"Origin": settings.SITE_URL, "X-Forwarded-For": proxies.MARKER}
        )
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
    if isinstance(error, ssl.SSLError) and "WRONG_VERSION" in str(error):
        return problem(
            ADDRESS,
            "SITE_URL begins with https://, but its port speaks plain HTTP: let the proxy serve HTTPS there, or "
            "correct SITE_URL.",
        )
    if isinstance(error, ssl.SSLError):
        return problem(
            CERTIFICATE,
            f"No secure connection to {url} comes about ({reason(error)}): the proxy's log says whether it has a "
            "certificate for this name.",
        )
    speaks = "perhaps it begins with https://" if not is_https() else "no web server is there"
    return problem(ADDRESS, f"What answers at {url} makes no sense ({reason(error)}): correct SITE_URL; {speaks}.")


def _judge_certificate(error: ssl.SSLCertVerificationError) -> Finding:
    if error.verify_code in (WRONG_NAME, WRONG_ADDRESS):
        return problem(
            CERTIFICATE,
            f"The certificate at {settings.SITE_URL} is for another name: give the proxy one for this name, or "
            "set SITE_URL to the name that it has.",
        )
    if error.verify_code == EXPIRED:
        return problem(
            CERTIFICATE,
            "The certificate has expired: the proxy's log says why it was not renewed (often port 80 is shut).",
        )
    if error.verify_code == NOT_YET:
        return problem(CERTIFICATE, "The certificate is not valid yet: set the clock of this machine right.")
    if not is_public():
        return warning(
            CERTIFICATE,
            "The certificate is from an authority that this machine does not know: everybody's browser has to be "
            "told to trust it.",
        )
    if error.verify_code == SELF_SIGNED:
        return problem(
            CERTIFICATE,
            "The certificate is signed by itself, and browsers will warn everybody: let the proxy get one from an "
            "authority, such as Let's Encrypt.",
        )
    return problem(
        CERTIFICATE,
        f"Browsers will not trust the certificate ({error.verify_message}): let the proxy send the whole chain of "
        "an authority that they know.",
    )


def _judge_lifetime(reply: Reply) -> Finding:
    begins, ends = (ssl.cert_time_to_seconds(reply.certificate[name]) for name in ("notBefore", "notAfter"))
    left = ends - time.time()
    days = f"{left / 86_400:.0f} days" if left > 172_800 else f"{left / 3600:.0f} hours"
    # Renewal is due with a third left, whether it lasts for hours or months.
    if left < (ends - begins) / 6:
        return warning(
            CERTIFICATE, f"The certificate ends in {days} and was not renewed: the proxy's log says why."
        )
    return ok(CERTIFICATE, f"The certificate is valid for {days} more.")


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
