"""The one way an upload fails that the person who sent it can do something about."""

from typing import Literal


class UploadRefused(Exception):
    """The file is not taken.

    Attributes:
        code: an error code of the wire contract, ``too_large`` or ``invalid``.
        message: one sentence that may be shown.
    """

    def __init__(self, code: Literal["too_large", "invalid"], message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
