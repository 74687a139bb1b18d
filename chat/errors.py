"""The one way in which anything is refused."""


class Refused(Exception):
    """A request that is not carried out. Doors turn it into their kind of error.

    `code` is one of `protocol.ERROR_CODES`; `message` is a sentence for a person; `retry_after` counts seconds.
    """

    def __init__(self, code: str, message: str, retry_after: float | None = None) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.retry_after = retry_after


def not_found(what: str = "room") -> Refused:
    """The answer for what does not exist and for what the caller may not know of: they look alike."""
    return Refused("not_found", f"There is no such {what}.")


UNAVAILABLE = Refused("unavailable", "The server cannot store this right now. Try again.", 2.0)
