"""WebP taken apart (RFC 9649): the picture, its transparency and its colour profile stay."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from mtc.infra.pictures.base import CUT_OFF, DAMAGED, PictureError
from mtc.infra.pictures.metadata import is_profile, orientation_of, upright_note

_PROFILE_FLAG, _ALPHA_FLAG, _EXIF_FLAG, _MOVING_FLAG = 0x20, 0x10, 0x08, 0x02
_MOST_CHUNKS = 10_000


def is_one(data: bytes) -> bool:
    """Return whether the bytes begin as a WebP does."""
    return data[:4] == b"RIFF" and data[8:12] == b"WEBP"


def strip(data: bytes) -> tuple[bytes, int, int, int, bool]:
    """(bytes, width, height, orientation, whether it moves); a moving one is returned as it is."""
    canvas, profile, alpha, picture, orientation, moving = b"", b"", b"", b"", 1, False
    for chunk_type, content in _chunks(data):
        if chunk_type == b"VP8X" and len(content) >= 10:
            canvas, moving = content, bool(content[0] & _MOVING_FLAG)
        elif chunk_type == b"ICCP" and is_profile(content):
            profile = chunk(chunk_type, content)
        elif chunk_type == b"ALPH" and not picture:
            alpha = chunk(chunk_type, content)
        elif chunk_type in (b"VP8 ", b"VP8L") and not picture:
            picture = chunk(chunk_type, content)
        elif chunk_type == b"EXIF":
            orientation = orientation_of(content)
    if moving:
        return data, *_canvas_size(canvas), orientation, True
    if not picture:
        raise PictureError(DAMAGED)
    width, height = _size(picture)
    if not canvas:
        return _file(picture), width, height, orientation, False
    flags = (canvas[0] & _ALPHA_FLAG) | (_PROFILE_FLAG if profile else 0)
    head = chunk(b"VP8X", bytes((flags, 0, 0, 0)) + canvas[4:10])
    return _file(head + profile + alpha + picture), width, height, orientation, False


def note(data: bytes, orientation: int) -> bytes:
    """The picture with its orientation."""
    body = data[12:]
    if not body.startswith(b"VP8X"):
        width, height = _size(body)
        lossless_alpha = body.startswith(b"VP8L") and body[12] & 0x10
        flags = bytes((_ALPHA_FLAG if lossless_alpha else 0, 0, 0, 0))
        body = chunk(b"VP8X", flags + _three(width) + _three(height)) + body
    body = body[:8] + bytes((body[8] | _EXIF_FLAG,)) + body[9:]
    return _file(body + chunk(b"EXIF", upright_note(orientation)))


def chunk(chunk_type: bytes, content: bytes) -> bytes:
    """One chunk, of an even number of bytes."""
    return chunk_type + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


def _file(body: bytes) -> bytes:
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    stop, place = 8 + int.from_bytes(data[4:8], "little"), 12
    if stop > len(data) + 1:
        raise PictureError(CUT_OFF)
    for _ in range(_MOST_CHUNKS):
        if place + 8 > min(stop, len(data)):
            return
        end = place + 8 + int.from_bytes(data[place + 4 : place + 8], "little")
        if end > len(data):
            raise PictureError(CUT_OFF)
        yield data[place : place + 4], data[place + 8 : end]
        place = end + end % 2
    raise PictureError(DAMAGED)


def _size(picture: bytes) -> tuple[int, int]:
    content = picture[8:]
    if picture.startswith(b"VP8L") and len(content) >= 5:
        bits = int.from_bytes(content[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + ((bits >> 14) & 0x3FFF)
    if picture.startswith(b"VP8 ") and len(content) >= 10:
        width, height = struct.unpack("<HH", content[6:10])
        return width & 0x3FFF, height & 0x3FFF
    return 0, 0


def _canvas_size(canvas: bytes) -> tuple[int, int]:
    return 1 + int.from_bytes(canvas[4:7], "little"), 1 + int.from_bytes(canvas[7:10], "little")


def _three(side: int) -> bytes:
    return (side - 1).to_bytes(3, "little")
