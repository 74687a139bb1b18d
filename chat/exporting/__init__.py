"""All that is one person's on this site, as a ZIP that is made while it is sent."""

from .archive import export_of

__all__ = ["export_of"]
