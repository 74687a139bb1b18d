"""The response headers under which a stranger's file is harmless."""

from django.utils.http import content_disposition_header

from chat.uploads.names import safe_name
from chat.uploads.types import INLINE


def response_headers(type_: str, name: str, inline: bool) -> dict[str, str]:
    """Return all headers of a download but its length.

    Args:
        type_: the type stored with the file.
        name: its name; RFC 6266 says how it is written, RFC 8187 when it is not ASCII.
        inline: whether the page wants to show it; granted to raster images, audio and video alone.
    """
    shown = inline and type_ in INLINE
    return {
        "Content-Type": f"{type_}; charset=utf-8" if type_.startswith("text/") else type_,
        "Content-Disposition": content_disposition_header(not shown, safe_name(name)) or "attachment",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cross-Origin-Resource-Policy": "same-origin",
        # The name in storage is never used twice. Whoever signs in next at this browser has another cookie.
        "Cache-Control": "private, max-age=31536000, immutable",
        "Vary": "Cookie",
    }
