"""JPEG taken apart (ITU T.81): tables, frames and scans stay, of what applications add only colour."""

from __future__ import annotations

import re
import struct

from mtc.infra.pictures.base import CUT_OFF, DAMAGED, PictureError
from mtc.infra.pictures.metadata import is_profile, orientation_of, upright_note

_FRAMES = {*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0)}
_TABLES = {0xC4, 0xCC, 0xDB, 0xDC, 0xDD}
_SCAN, _END = 0xDA, 0xD9
# Inside a scan 0xFF stands before a zero, a restart mark or another 0xFF; anything else ends the scan.
_MARK = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
_PROFILE, _EXIF = b"ICC_PROFILE\0", b"Exif\0"
_MOST_SEGMENTS = 5000


def is_one(data: bytes) -> bool:
    """Return whether the bytes begin as a JPEG does."""
    return data.startswith(b"\xff\xd8\xff")


def strip(data: bytes) -> tuple[bytes, int, int, int, bool]:
    """(bytes, width, height, orientation, False); what stands behind the end is cut off."""
    head, body = bytearray(), bytearray()
    profile: dict[int, bytes] = {}
    width = height = 0
    orientation, place = 1, 2
    for _ in range(_MOST_SEGMENTS):
        marker, place = _marker(data, place)
        if marker == _END:
            break
        if marker == 0x01 or 0xD0 <= marker <= 0xD7:  # these have no content
            continue
        end = place + int.from_bytes(data[place : place + 2], "big")
        if end < place + 2 or end > len(data):
            raise PictureError(CUT_OFF)
        content, segment = data[place + 2 : end], b"\xff" + bytes((marker,)) + data[place:end]
        place = end
        if marker in _FRAMES:
            if width or len(content) < 6:
                raise PictureError(DAMAGED)
            height, width = struct.unpack(">HH", content[1:5])
            body += segment
        elif marker in _TABLES:
            body += segment
        elif marker == _SCAN:
            marker_match = _MARK.search(data, place)
            if marker_match is None:
                raise PictureError(CUT_OFF)
            body += segment + data[place : marker_match.start()]
            place = marker_match.start()
        elif marker == 0xE0 and content.startswith(b"JFIF\0") and len(content) >= 14:
            head += _segment(0xE0, content[:12] + b"\0\0")  # without its small preview
        elif marker == 0xEE and content.startswith(b"Adobe") and len(content) >= 12:
            body += _segment(0xEE, content[:12])
        elif marker == 0xE1 and content.startswith(_EXIF) and orientation == 1:
            orientation = orientation_of(content)
        elif marker == 0xE2 and content.startswith(_PROFILE) and len(content) > 14:
            profile.setdefault(content[12], content[14:])
    else:
        raise PictureError(DAMAGED)
    if b"\xff\xda" not in body:
        raise PictureError(DAMAGED)
    content_bytes = b"\xff\xd8" + head + _profile(profile) + body + b"\xff\xd9"
    return content_bytes, width, height, orientation, False


def note(data: bytes, orientation: int) -> bytes:
    """The picture with its orientation."""
    return data[:2] + _segment(0xE1, b"Exif\0\0" + upright_note(orientation)) + data[2:]


def _marker(data: bytes, place: int) -> tuple[int, int]:
    """The marker at a place, any number of fill bytes before it skipped, and where its content begins."""
    if data[place : place + 1] != b"\xff":
        raise PictureError(CUT_OFF if place >= len(data) else DAMAGED)
    while data[place : place + 1] == b"\xff":
        place += 1
    if place >= len(data):
        raise PictureError(CUT_OFF)
    return data[place], place + 1


def _segment(marker: int, content: bytes) -> bytes:
    return b"\xff" + bytes((marker,)) + struct.pack(">H", len(content) + 2) + content


def _profile(pieces: dict[int, bytes]) -> bytes:
    """The segments of the colour profile, which may have been cut into several (ICC.1, B.4)."""
    whole = b"".join(pieces[number] for number in sorted(pieces))
    if not is_profile(whole) or sorted(pieces) != list(range(1, len(pieces) + 1)):
        return b""
    cut = [whole[at : at + 65_000] for at in range(0, len(whole), 65_000)]
    return b"".join(
        _segment(0xE2, _PROFILE + bytes((number, len(cut))) + piece) for number, piece in enumerate(cut, 1)
    )
