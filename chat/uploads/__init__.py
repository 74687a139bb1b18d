"""What an uploaded file is, where it is kept and how it is handed out; no database here."""

from chat.uploads.errors import UploadRefused
from chat.uploads.headers import response_headers
from chat.uploads.inspection import Inspected, inspect
from chat.uploads.names import safe_name
from chat.uploads.storage import Stored, is_key, open_stored, remove, store, store_avatar

__all__ = [
    "Inspected",
    "Stored",
    "UploadRefused",
    "inspect",
    "is_key",
    "open_stored",
    "remove",
    "response_headers",
    "safe_name",
    "store",
    "store_avatar",
]
