"""Uploading a file, for a message that will carry it."""

from typing import BinaryIO, cast

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse

from chat import encoding
from chat.actions import files
from chat.errors import Refused
from chat.models import User

from .door import reply


def upload(request: HttpRequest, user: User) -> HttpResponse:
    sent = request.FILES.get("file")
    if not isinstance(sent, UploadedFile):
        raise Refused("invalid", "A file is sent as the field `file` of a multipart form.")
    row = files.upload(user=user, file=cast(BinaryIO, sent), name=sent.name or "")
    return reply(encoding.attachment(row), status=201)
