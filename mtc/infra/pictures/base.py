"""Interface of the port for pictures, and its limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Protocol, cast

from mtc.core.i18n import _l

MAX_SIDE = 16_383
"""The longest side that WebP can have, in pixels."""
MAX_PIXELS = 40_000_000
"""160 MB when they are decoded."""
WIDTHS = (320, 640, 1024, 1600)
"""Widths of the smaller copies, in pixels."""

DAMAGED = _l("This picture is damaged. Save it again and try once more.")
CUT_OFF = _l("The end of this picture is missing. Send it again.")
NO_SIZE = _l("This picture is damaged: it does not say how large it is. Save it again and try once more.")
ANIMATED = _l("Moving pictures are not taken. Use a still one.")
TOO_LARGE = _l(
    "This picture is too large. Use one of at most %(most)s pixels a side and %(megapixels)s megapixels.",
    most=f"{MAX_SIDE:,}",
    megapixels=MAX_PIXELS // 10**6,
)
TOO_SLOW = _l("This picture takes too long to read. Save it again in a plainer form and try once more.")


class PictureError(ValueError):
    """The bytes are no picture that can be taken; its text says to people what to do."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A picture that carries nothing but itself and its colour profile; sizes in pixels, as it is shown."""

    data: bytes
    content_type: str
    extension: str
    width: int
    height: int


def rendition_key(key: str, width: int | str) -> str:
    """Return the key of a picture's smaller copy in the storage, which is also in its address."""
    return f"{key}.w{width}.webp"


@dataclass(frozen=True, slots=True)
class Rendition:
    """A smaller copy in WebP; `width` is the one that was asked for."""

    width: int
    data: bytes


class Pictures(Protocol):
    """Reads pictures, which may be hostile, at a bounded cost; needs no transaction and no scope."""

    formats: str
    """The formats that are taken, as people read them: "PNG, JPEG or WebP"."""
    accepts: str
    """Their media types, as the attribute `accept` of a form has them."""
    renders: bool
    """Whether it can make smaller copies."""

    def clean(self, data: bytes, *, moving: bool = False) -> Cleaned:
        """The picture without place, camera, author and whatever else is not the picture, upright.

        With `moving` an animation becomes its first frame, otherwise it is refused. Raises PictureError,
        UnavailableError while too many others are being read.
        """

    def render(self, data: bytes, widths: Sequence[int]) -> list[Rendition]:
        """Copies of a cleaned picture in these widths; raises as `clean` does."""


def widths_of(width: int) -> list[int]:
    """The widths in which a picture of so many pixels is served: none is larger than the picture."""
    return [
        *(rendition_width for rendition_width in WIDTHS if rendition_width < width),
        *([width] if width <= WIDTHS[-1] else []),
    ]


def build_pictures() -> Pictures:
    """Return Pillow's decoder when it is installed, else the parser of containers; imports no driver."""
    if find_spec("PIL"):
        return cast(Pictures, import_module("mtc.infra.pictures.pillow").PillowPictures())
    return cast(Pictures, import_module("mtc.infra.pictures.without_decoder").PlainPictures())
