"""One range of bytes of a file, as players of sound and video ask for it (RFC 9110, section 14)."""

import re

_ONE_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})\Z", re.ASCII)


def asked_range(header: str, size: int) -> tuple[int, int] | None:
    """The first byte and the one after the last, or None for the whole file: several ranges and what cannot be
    read count as not asked for, as the standard allows.

    Raises:
        ValueError: nothing of the range is in the file.
    """
    found = _ONE_RANGE.match(header)
    if found is None or found.group(0) == "bytes=-":
        return None
    first, last = found.groups()
    if not first:
        start, stop = max(0, size - int(last)), size
    else:
        start, stop = int(first), min(int(last) + 1, size) if last else size
        if last and int(last) < start:
            return None
    if start >= size or start >= stop:
        raise ValueError("The range is beyond the file.")
    return start, stop
