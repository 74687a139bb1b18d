"""Why a backup was not made, or not restored."""


class BackupFailed(Exception):
    """The site is as it was. The text is a sentence for the operator."""
