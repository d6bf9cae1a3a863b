"""Passwords that are known from leaks: looked up in a file of the operator's, nobody outside is asked.

The file is the download of Have I Been Pwned: a line for each password, its SHA-1 in hexadecimal digits, a
colon and how often it was seen, sorted by the SHA-1. It has tens of gigabytes, of which a look-up reads some
forty lines.
"""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path
from typing import BinaryIO

log = logging.getLogger(__name__)
DIGITS = 40


def is_breached(password: str, path: str) -> bool:
    """Return whether the password is in the file; False, and an error in the log, when it cannot be read."""
    # What the file is sorted by, and no protection of anything.
    digest = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
    try:
        with Path(path).open("rb") as file:
            return _found(file, digest)
    except OSError:
        log.exception("the file of MTC_BREACHED_PASSWORDS cannot be read")
        return False


def _found(file: BinaryIO, digest: bytes) -> bool:
    """Halve the file until the line can only begin in what is left."""
    low, high = 0, file.seek(0, 2)
    while low < high:
        middle = (low + high) // 2
        start, line = _line_from(file, middle)
        line_digest = line[:DIGITS].upper()
        if line_digest == digest:
            return True
        if not line or line_digest > digest:
            high = middle
        else:
            low = start + len(line)
    return False


def _line_from(file: BinaryIO, place: int) -> tuple[int, bytes]:
    """The first line that begins at the place or after it, and where that is."""
    file.seek(max(0, place - 1))
    if place:
        file.readline()
    start = file.tell()
    return start, file.readline()
