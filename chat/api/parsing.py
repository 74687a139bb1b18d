"""Bodies and queries to typed structs. Whatever does not fit is `invalid`, never an error of the server."""

from typing import Annotated, TypeVar

import msgspec
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.http.request import RawPostDataException

from chat.errors import Refused
from chat.frames import BAD_INPUT
from chat.protocol import Id, Tick

T = TypeVar("T", bound=msgspec.Struct)

_decode_cursors = msgspec.json.Decoder(dict[Id, Tick]).decode
_ids: msgspec.json.Decoder[list[Id]] = msgspec.json.Decoder(Annotated[list[Id], msgspec.Meta(max_length=200)])


def read_body(request: HttpRequest, kind: type[T]) -> T:
    """The JSON of a request; an empty body is an empty object."""
    try:
        return msgspec.json.decode(request.body or b"{}", type=kind)
    except RequestDataTooBig:
        raise Refused("too_large", "The request is too large.") from None
    except RawPostDataException:
        raise Refused("invalid", "The body of this request is JSON, not a form.") from None
    except BAD_INPUT as error:
        raise _invalid(error) from None


def read_query(request: HttpRequest, kind: type[T]) -> T:
    """The parameters of the address; one without a value counts as left out."""
    given = {name: value for name, value in request.GET.items() if value}
    if any("\0" in value for value in given.values()):
        raise Refused("invalid", "A parameter holds a character that cannot be stored.")
    try:
        return msgspec.convert(given, kind, strict=False)
    except BAD_INPUT as error:
        raise _invalid(error) from None


def read_cursors(text: str) -> dict[int, int]:
    try:
        return _decode_cursors(text)
    except BAD_INPUT:
        raise Refused("invalid", "Cursors are a JSON object of ticks by room id.") from None


def read_ids(text: str) -> list[int]:
    try:
        return _ids.decode(text)
    except BAD_INPUT:
        raise Refused("invalid", "Messages are a JSON list of at most 200 ids.") from None


def _invalid(error: Exception) -> Refused:
    return Refused("invalid", str(error)[:200])
