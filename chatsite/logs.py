"""What does not belong in the log, though Django writes it there."""

import logging


class WithoutStrangersTracebacks(logging.Filter):
    """A request that is no good is one line: with a traceback each, anybody could fill the disk."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", 500) < 500:
            record.exc_info = None
        return True
