"""Services of files."""

from mtc.media.services import file_types, media, picture_formats, renditions, uploads

__all__ = ["file_types", "media", "picture_formats", "renditions", "uploads"]
