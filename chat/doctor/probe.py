"""A question that only this site understands, and what a process of it saw of the request that brought it.

Both are signed with the site's key, so that no other server can answer, and no stranger can ask.
"""

import secrets

import msgspec
from django.core import signing

MAX_AGE = 300  # seconds that a question is good for; clocks of two machines may differ

_QUESTION, _ANSWER = "chat.doctor.question", "chat.doctor.answer"


class Seen(msgspec.Struct, kw_only=True, frozen=True):
    """How a request looked when it arrived, and who looked.

    Attributes:
        scheme: `https` if the process believes that the client came by it.
        host: the `Host` header.
        origin: the `Origin` header.
        forwarded_for: the entries of `X-Forwarded-For`.
        forwarded_proto: the `X-Forwarded-Proto` header.
        client: whom the limits would count this request for; empty if that cannot be told.
        now: the clock of the process.
        is_root: whether the process may do everything.
    """

    scheme: str
    host: str
    origin: str
    forwarded_for: list[str]
    forwarded_proto: str
    client: str
    site_url: str
    trusted_proxies: int
    version: str
    now: float
    is_root: bool


class NoAnswer(Exception):
    """What came back was not said by a process of this site to this question."""


def question() -> tuple[str, str]:
    """A fresh one: what to remember of it, and what to send."""
    nonce = secrets.token_urlsafe(16)
    return nonce, signing.dumps(nonce, salt=_QUESTION)


def answer(asked: str, seen: Seen) -> str:
    """Raises `signing.BadSignature` when a stranger asks."""
    nonce = signing.loads(asked, salt=_QUESTION, max_age=MAX_AGE)
    return signing.dumps([nonce, msgspec.to_builtins(seen)], salt=_ANSWER)


def read(nonce: str, answered: str) -> Seen:
    """Raises `NoAnswer`."""
    try:
        given, seen = signing.loads(answered, salt=_ANSWER, max_age=MAX_AGE)
        if given != nonce:
            raise NoAnswer
        return msgspec.convert(seen, Seen)
    except (signing.BadSignature, ValueError, TypeError):
        raise NoAnswer from None
