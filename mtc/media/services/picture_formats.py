"""Formats of pictures, recognized by the bytes alone, and their sizes."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass

_VIEWBOX = re.compile(
    rb"viewBox\s*=\s*[\"'][\d.\s,-]*?(\d{1,6}(?:\.\d{1,9})?)[\s,]+(\d{1,6}(?:\.\d{1,9})?)\s*[\"']"
)
_SVG = re.compile(rb"<svg[\s>]", re.IGNORECASE)
_AVIF_HEAD = 65_536
_FRAMES = {*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0)}


@dataclass(frozen=True, slots=True)
class Picture:
    """The media type of a picture with its extension and its size in pixels, where it says so."""

    content_type: str
    extension: str
    width: int | None = None
    height: int | None = None


def identify(data: bytes) -> Picture | None:
    """Return the picture that these bytes are (PNG, JPEG, GIF, WebP, AVIF or SVG), or None."""
    if data.startswith(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR") and len(data) >= 24:
        return Picture("image/png", "png", *struct.unpack(">II", data[16:24]))
    if data[:6] in (b"GIF87a", b"GIF89a") and len(data) >= 10:
        return Picture("image/gif", "gif", *struct.unpack("<HH", data[6:10]))
    if data.startswith(b"\xff\xd8\xff"):
        return Picture("image/jpeg", "jpg", *_jpeg_size(data))
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return Picture("image/webp", "webp", *_webp_size(data))
    if data[4:12] in (b"ftypavif", b"ftypavis"):
        return Picture("image/avif", "avif", *_avif_size(data))
    if _SVG.search(data[:1000]):
        return Picture("image/svg+xml", "svg", *_svg_size(data))
    return None


def _jpeg_size(data: bytes) -> tuple[int | None, int | None]:
    """From the first frame header (ITU T.81, B.2.2)."""
    place = 2
    while place + 9 < len(data) and data[place] == 0xFF:
        if data[place + 1] == 0xFF:  # any number of fill bytes may stand before a marker
            place += 1
            continue
        marker, length = data[place + 1], int.from_bytes(data[place + 2 : place + 4], "big")
        if marker in _FRAMES:
            height, width = struct.unpack(">HH", data[place + 5 : place + 9])
            return width, height
        place += 2 + length
    return None, None


def _webp_size(data: bytes) -> tuple[int | None, int | None]:
    """From the first chunk (RFC 9649 sections 2.5 to 2.7)."""
    chunk = data[12:16]
    if chunk == b"VP8X" and len(data) >= 30:
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if chunk == b"VP8L" and len(data) >= 25:
        bits = int.from_bytes(data[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + ((bits >> 14) & 0x3FFF)
    if chunk == b"VP8 " and len(data) >= 30:
        width, height = struct.unpack("<HH", data[26:30])
        return width & 0x3FFF, height & 0x3FFF
    return None, None


def _avif_size(data: bytes) -> tuple[int | None, int | None]:
    """From the largest "ispe" box near the beginning; parts and previews have one, too (ISO 23008-12)."""
    sizes = []
    place = data.find(b"ispe", 0, _AVIF_HEAD)
    while place != -1 and place + 16 <= len(data):
        sizes.append(struct.unpack(">II", data[place + 8 : place + 16]))
        place = data.find(b"ispe", place + 4, _AVIF_HEAD)
    return max(sizes, key=lambda size: size[0] * size[1], default=(None, None))


def _svg_size(data: bytes) -> tuple[int | None, int | None]:
    match = _VIEWBOX.search(data[:4000])
    if match is None:
        return None, None
    return round(float(match[1])), round(float(match[2]))
