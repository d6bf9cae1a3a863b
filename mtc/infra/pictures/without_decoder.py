"""Pictures without a library that decodes: taken apart in Python, upright by a note, never made smaller."""

from __future__ import annotations

from collections.abc import Sequence

from mtc.infra.pictures.base import ANIMATED, Cleaned, PictureError, Rendition
from mtc.infra.pictures.containers import noted, take_apart, unknown
from mtc.infra.pictures.metadata import turned

EXTENSIONS = {"png": "png", "jpeg": "jpg", "webp": "webp"}


class PlainPictures:
    """A `Pictures` that reads containers only."""

    formats = "PNG, JPEG or WebP"
    accepts = "image/png,image/jpeg,image/webp"
    renders = False

    def clean(self, data: bytes, *, moving: bool = False) -> Cleaned:
        """The picture without its descriptions; its pixels are not looked at."""
        parts = take_apart(data)
        if parts is None:
            raise PictureError(unknown(data, self.formats))
        if parts.moving and (parts.kind == "webp" or not moving):
            raise PictureError(ANIMATED)
        width, height = turned(parts.orientation, parts.width, parts.height)
        return Cleaned(noted(parts), f"image/{parts.kind}", EXTENSIONS[parts.kind], width, height)

    def render(self, data: bytes, widths: Sequence[int]) -> list[Rendition]:
        """None."""
        return []
