"""The mail server: whether it lets the site in, by the very way that the site sends."""

import smtplib
import socket
import ssl
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from .findings import Finding, note, ok, problem, reason, warning

MAIL = "mail"
LIMIT = 4  # seconds to connect, and for each answer


def check(to: str = "") -> Iterator[Finding]:
    """`to`: send a mail there, too."""
    if not settings.EMAIL_HOST:
        yield note(MAIL, "EMAIL_HOST is not set: nobody can ask for a new password by mail.")
        return
    if "@" not in settings.DEFAULT_FROM_EMAIL:
        yield problem(MAIL, f"EMAIL_FROM is no address of mail ({settings.DEFAULT_FROM_EMAIL!r}): correct it.")
        return
    if not settings.EMAIL_USE_TLS:
        yield warning(MAIL, "EMAIL_TLS is 0, so that mail and password travel in the clear: set EMAIL_TLS=1.")
    server = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    # Django's types do not know that each backend has arguments of its own.
    connection: Any = get_connection(timeout=LIMIT)
    try:
        connection.open()
        yield ok(MAIL, f"The mail server {server} lets the site in.")
        if to:
            EmailMessage("chatsite", "The mail of your chat site works.", to=[to], connection=connection).send()
            yield ok(MAIL, f"A mail to {to} was accepted: look whether it arrives.")
    except (smtplib.SMTPException, OSError) as error:
        yield problem(MAIL, _sentence(server, error))
    finally:
        connection.close()


def _sentence(server: str, error: Exception) -> str:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return (
            f"The mail server {server} refuses the name or password ({error.smtp_code}): correct EMAIL_USER and "
            "EMAIL_PASSWORD."
        )
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return (
            f"The mail server {server} does not offer what was asked ({reason(error)}): it wants EMAIL_TLS=0, or "
            "no EMAIL_USER, or another EMAIL_PORT."
        )
    if isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPSenderRefused):
        return f"The mail server {server} refuses this mail ({reason(error)}): correct EMAIL_FROM or the address."
    if isinstance(error, ssl.SSLCertVerificationError):
        return (
            f"The certificate of the mail server {server} is not good ({error.verify_message}): set EMAIL_HOST to "
            "the name in its certificate."
        )
    if isinstance(error, socket.gaierror):
        return f"The name of the mail server {server} is not known: correct EMAIL_HOST."
    if isinstance(error, TimeoutError | smtplib.SMTPServerDisconnected):
        return (
            f"The mail server {server} says nothing: correct EMAIL_PORT (587 for STARTTLS; 465 is not supported), "
            "or let the firewall pass it."
        )
    return f"The mail server {server} cannot be used ({reason(error)}): correct EMAIL_HOST and EMAIL_PORT."
