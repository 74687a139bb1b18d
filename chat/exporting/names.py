"""What a file is called in an export."""

from chat.models import Attachment


def file_name(row: Attachment) -> str:
    """Its own name, which was made fit when it was uploaded, behind its id, because many have the same."""
    return f"files/{row.pk}-{row.name}"
