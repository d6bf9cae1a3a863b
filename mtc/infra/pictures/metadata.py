"""Metadata in a picture's container: orientation and colour profile."""

from __future__ import annotations

import struct
import zlib

ORIENTATION = 0x0112
LARGEST_PROFILE = 2 * 2**20
_MOST_TAGS = 512


def orientation_of(exif: bytes) -> int:
    """The orientation (1 to 8) that a block of EXIF names; 1 when it names none (TIFF 6.0, EXIF 2.3)."""
    exif = exif.removeprefix(b"Exif\0\0").removeprefix(b"Exif\0\xff")
    order = {b"II": "<", b"MM": ">"}.get(exif[:2])
    if order is None or len(exif) < 8:
        return 1
    (place,) = struct.unpack_from(f"{order}I", exif, 4)
    if place + 2 > len(exif):
        return 1
    (count,) = struct.unpack_from(f"{order}H", exif, place)
    for entry in range(place + 2, min(place + 2 + 12 * min(count, _MOST_TAGS), len(exif) - 11), 12):
        tag, kind, amount, value = struct.unpack_from(f"{order}HHIH", exif, entry)
        if tag == ORIENTATION:
            return value if kind == 3 and amount == 1 and 1 <= value <= 8 else 1
    return 1


def upright_note(orientation: int) -> bytes:
    """The smallest block of EXIF there is: the orientation and nothing else, without "Exif" before it."""
    return struct.pack("<2sHIHHHIHHI", b"II", 42, 8, 1, ORIENTATION, 3, 1, orientation, 0, 0)


def turned(orientation: int, width: int, height: int) -> tuple[int, int]:
    """The size of a picture as it is shown."""
    return (height, width) if orientation >= 5 else (width, height)


def is_profile(profile: bytes) -> bool:
    """Return whether this is a colour profile (ICC.1, 7.2), which may stay."""
    return (
        128 <= len(profile) <= LARGEST_PROFILE
        and profile[36:40] == b"acsp"
        and int.from_bytes(profile[:4], "big") == len(profile)
    )


def unpacked_profile(packed: bytes) -> bytes:
    """The profile in a chunk of PNG, or nothing: it is unpacked no further than a profile may go."""
    unpacker = zlib.decompressobj()
    try:
        profile = unpacker.decompress(packed, LARGEST_PROFILE)
    except zlib.error:
        return b""
    return profile if unpacker.eof and is_profile(profile) else b""
