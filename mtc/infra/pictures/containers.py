"""A picture taken apart: what is the picture stays, what tells about it goes. Python only, linear in time."""

from __future__ import annotations

from dataclasses import dataclass

from mtc.core.i18n import LazyText, _l
from mtc.infra.pictures import jpeg, png, webp
from mtc.infra.pictures.base import MAX_PIXELS, MAX_SIDE, NO_SIZE, TOO_LARGE, PictureError


@dataclass(frozen=True, slots=True)
class Parts:
    """A picture without its descriptions: `kind` is png, jpeg or webp, `orientation` what they said."""

    kind: str
    data: bytes
    width: int
    height: int
    orientation: int = 1
    moving: bool = False


def take_apart(data: bytes) -> Parts | None:
    """The parts that are the picture; None for other formats. Raises PictureError for a damaged one."""
    for format_name, module in (("png", png), ("jpeg", jpeg), ("webp", webp)):
        if module.is_one(data):
            content, width, height, orientation, moving = module.strip(data)
            check_size(width, height)
            return Parts(format_name, content, width, height, orientation, moving)
    return None


def check_size(width: int, height: int) -> None:
    """Raises PictureError for a picture without a size or with one beyond the limits."""
    if not (width and height):
        raise PictureError(NO_SIZE)
    if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS:
        raise PictureError(TOO_LARGE)


def noted(parts: Parts) -> bytes:
    """The picture with a note of its orientation and nothing else, for who cannot turn it."""
    module = {"png": png, "jpeg": jpeg, "webp": webp}[parts.kind]
    return module.note(parts.data, parts.orientation) if parts.orientation != 1 else parts.data


def is_gif(data: bytes) -> bool:
    """Return whether the bytes begin as a GIF does."""
    return data[:6] in (b"GIF87a", b"GIF89a")


def is_avif(data: bytes) -> bool:
    """Return whether the bytes begin as an AVIF does: one of its brands says so (ISO 14496-12, 4.3)."""
    return bool(_brands(data) & {b"avif", b"avis"})


def unknown(data: bytes, formats: str) -> LazyText:
    """Return the error for a file that is none of the formats."""
    if _brands(data) & {b"heic", b"heix", b"mif1", b"hevc"}:
        return _l(
            "HEIC pictures are not taken, since browsers do not show them. Use %(formats)s.", formats=formats
        )
    if data[:2000].lstrip()[:1] == b"<":
        return _l(
            "SVG pictures are not taken, since they can carry programs. Use %(formats)s.", formats=formats
        )
    return _l("This file is no picture that can be taken. Use %(formats)s.", formats=formats)


def _brands(data: bytes) -> set[bytes]:
    if data[4:8] != b"ftyp":
        return set()
    end = min(int.from_bytes(data[:4], "big"), 256)
    return {data[8:12]} | {data[at : at + 4] for at in range(16, end, 4)}
