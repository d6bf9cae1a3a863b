"""PNG taken apart (PNG, third edition): texts, times, places and whatever has no name here go."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from mtc.infra.pictures.base import CUT_OFF, DAMAGED, PictureError
from mtc.infra.pictures.metadata import orientation_of, unpacked_profile, upright_note

_MAGIC = b"\x89PNG\r\n\x1a\n"
_KEPT = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"sBIT", b"sRGB", b"cICP", b"pHYs"}
_MOST_CHUNKS = 200_000


def is_one(data: bytes) -> bool:
    """Return whether the bytes begin as a PNG does."""
    return data.startswith(_MAGIC + b"\0\0\0\rIHDR")


def strip(data: bytes) -> tuple[bytes, int, int, int, bool]:
    """(bytes, width, height, orientation, whether it moves); what stands behind the end is cut off."""
    chunks, orientation, moving, pixels = [_MAGIC], 1, False, False
    for chunk_type, content in _chunks(data):
        if chunk_type in _KEPT:
            chunks.append(chunk(chunk_type, content))
            pixels = pixels or chunk_type == b"IDAT"
        elif chunk_type == b"iCCP":
            profile = unpacked_profile(content.partition(b"\0")[2][1:])
            if profile:
                chunks.append(chunk(chunk_type, b"ICC\0\0" + zlib.compress(profile)))
        elif chunk_type == b"eXIf" and orientation == 1:
            orientation = orientation_of(content)
        elif chunk_type == b"acTL":
            moving = int.from_bytes(content[:4], "big") > 1
    if not pixels:
        raise PictureError(DAMAGED)
    width, height = struct.unpack(">II", data[16:24])
    return b"".join(chunks), width, height, orientation, moving


def note(data: bytes, orientation: int) -> bytes:
    """The picture with its orientation."""
    head = len(_MAGIC) + 12 + 13
    return data[:head] + chunk(b"eXIf", upright_note(orientation)) + data[head:]


def chunk(chunk_type: bytes, content: bytes) -> bytes:
    """One chunk: length, kind, content, check sum."""
    return (
        struct.pack(">I", len(content))
        + chunk_type
        + content
        + struct.pack(">I", zlib.crc32(chunk_type + content))
    )


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = len(_MAGIC)
    for _ in range(_MOST_CHUNKS):
        if place + 12 > len(data):
            raise PictureError(CUT_OFF)
        length = int.from_bytes(data[place : place + 4], "big")
        chunk_type, end = data[place + 4 : place + 8], place + 8 + length
        if end + 4 > len(data):
            raise PictureError(CUT_OFF)
        content = data[place + 8 : end]
        if zlib.crc32(chunk_type + content) != int.from_bytes(data[end : end + 4], "big"):
            raise PictureError(DAMAGED)
        yield chunk_type, content
        place = end + 4
        if chunk_type == b"IEND":
            return
    raise PictureError(DAMAGED)
