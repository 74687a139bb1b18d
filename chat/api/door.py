"""What every API address does around its work: who asks, how often, with what, and how refusals are told."""

import logging
from collections.abc import Awaitable, Callable
from inspect import iscoroutinefunction
from typing import Any, TypeVar

import msgspec
from asgiref.sync import sync_to_async
from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from chat import limits, protocol
from chat.errors import UNAVAILABLE, Refused, not_found
from chat.models import User

logger = logging.getLogger(__name__)

MAX_ID = 2**53 - 1
STATUS = {
    "invalid": 400,
    "unknown_type": 400,
    "signed_out": 401,
    "forbidden": 403,
    "muted": 403,
    "not_found": 404,
    "conflict": 409,
    "archived": 409,
    "too_large": 413,
    "rate_limited": 429,
    "slow_mode": 429,
    "unavailable": 503,
}

Handler = Callable[..., Any]
View = Callable[..., Awaitable[HttpResponseBase]]
T = TypeVar("T")


class Answer:
    """A result with a status other than 200."""

    def __init__(self, status: int, result: Any) -> None:
        self.status = status
        self.result = result


def address(**handlers: Handler) -> View:
    """A view for one path: a handler for each method, called with the request, the person and the path's ids.

    It returns an object of the protocol, an `Answer`, or a response of its own. Ordinary handlers run in a
    thread, coroutines on the loop.
    """

    async def view(request: HttpRequest, **ids: int) -> HttpResponseBase:
        handler = handlers.get(request.method or "")
        if handler is None:
            return refusal(Refused("invalid", "This address does not know the method."), status=405)
        try:
            user = await signed_in(request)
            if any(value > MAX_ID for value in ids.values()):
                raise not_found()
            work = handler if iscoroutinefunction(handler) else sync_to_async(handler, thread_sensitive=True)
            return _respond(await work(request, user, **ids))
        except Refused as error:
            return refusal(error)
        except RequestDataTooBig:
            return refusal(Refused("too_large", "The request is too large."))
        except (DatabaseError, InterfaceError) as error:
            logger.warning("A request could not be carried out: %s", error)
            return refusal(UNAVAILABLE)

    return view


async def signed_in(request: HttpRequest) -> User:
    """The person who asks, within their limit."""
    user = await request.auser()
    if not isinstance(user, User):
        raise Refused("signed_out", "Sign in first.")
    wait = limits.exceeded(limits.COMMANDS, user.pk)
    if wait is not None:
        raise Refused("rate_limited", "You are asking too fast.", wait)
    return user


def _respond(result: Any) -> HttpResponseBase:
    if isinstance(result, HttpResponseBase):
        return result
    status, body = (result.status, result.result) if isinstance(result, Answer) else (200, result)
    return HttpResponse(protocol.encode(body), status=status, content_type="application/json")


def refusal(error: Refused, status: int | None = None) -> HttpResponse:
    body: dict[str, Any] = {"code": error.code, "message": error.message}
    headers = {}
    if error.retry_after is not None:
        body["retry_after"] = error.retry_after
        headers["Retry-After"] = str(max(1, round(error.retry_after)))
    return HttpResponse(
        protocol.encode({"error": body}),
        status=status or STATUS[error.code],
        content_type="application/json",
        headers=headers,
    )


def body_of(request: HttpRequest, kind: type[T]) -> T:
    """The request's JSON as a typed body. Raises `invalid`."""
    try:
        return msgspec.json.decode(request.body, type=kind)
    except (msgspec.MsgspecError, UnicodeError, RecursionError, ValueError, OverflowError) as error:
        raise Refused("invalid", str(error)[:200] or "The body is not the JSON asked for.") from None


def number(request: HttpRequest, name: str) -> int | None:
    """A whole number of the query, 0 … 2^53-1, or None. Raises `invalid`."""
    text = request.GET.get(name)
    if text is None or text == "":
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 16 and int(text) <= MAX_ID):
        raise Refused("invalid", f"{name} is a whole number.")
    return int(text)


def words(request: HttpRequest) -> str:
    """The search words `q` of the query."""
    text = request.GET.get("q", "").strip()
    if "\0" in text or len(text) > 100:
        raise Refused("invalid", "q has at most 100 characters.")
    return text
