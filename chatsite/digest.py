"""A version for the static path, so that files may be cached for ever."""

import hashlib
from pathlib import Path


def tree_digest(folder: Path) -> str:
    """Twelve hexadecimal digits that change when any file of the folder does, in name or content.

    `ManifestStaticFilesStorage` leaves the `import` statements of native modules alone; a versioned folder
    keeps them relative and right.
    """
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]
