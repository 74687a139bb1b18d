"""Files of messages, for those who may read the message."""

import asyncio
from collections.abc import AsyncIterator

from django.conf import settings
from django.core.files.base import File
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from chat import access, protocol, uploads
from chat.errors import Refused
from chat.models import Attachment, User

from .ranges import asked_range
from .signed_in import signed_in

CHUNK = 512 * 1024  # bytes; each is one hop through a thread


@require_safe
@signed_in
def show(request: HttpRequest, user: User, attachment_id: int, name: str) -> HttpResponseBase:
    """The file; its name in the address is for people and may be any."""
    row = _readable(user, attachment_id)
    return _send(request, row.key, uploads.response_headers(row.type, row.name, row.inline))


@require_safe
@signed_in
def show_thumbnail(request: HttpRequest, user: User, attachment_id: int) -> HttpResponseBase:
    row = _readable(user, attachment_id)
    if not row.thumbnail_key:
        raise Http404
    return _send(request, row.thumbnail_key, uploads.response_headers("image/webp", "thumbnail.webp", inline=True))


def _readable(user: User, attachment_id: int) -> Attachment:
    if attachment_id > protocol.MAX_ID:
        raise Http404
    try:
        return access.attachment(user, attachment_id)
    except Refused:
        raise Http404 from None


def _send(request: HttpRequest, key: str, headers: dict[str, str]) -> HttpResponseBase:
    if settings.SENDFILE:
        return HttpResponse(headers={**headers, "X-Accel-Redirect": f"/{key}"})
    try:
        file = uploads.open_stored(key)
    except FileNotFoundError:
        raise Http404 from None
    size = file.size
    headers["Accept-Ranges"] = "bytes"
    try:
        part = asked_range(request.headers.get("Range", ""), size)
    except ValueError:
        file.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    start, stop = part or (0, size)
    if part:
        headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
    headers["Content-Length"] = str(stop - start)
    status = 206 if part else 200
    if request.method == "HEAD":
        file.close()
        return HttpResponse(status=status, headers=headers)
    return StreamingHttpResponse(_pieces(file, start, stop), status=status, headers=headers)


async def _pieces(file: "File[bytes]", start: int, stop: int) -> AsyncIterator[bytes]:
    """Read in a thread, piece by piece: an asynchronous server would read a synchronous file whole."""
    with file:
        await asyncio.to_thread(file.seek, start)
        while start < stop:
            piece = await asyncio.to_thread(file.read, min(CHUNK, stop - start))
            if not piece:
                return
            start += len(piece)
            yield piece
