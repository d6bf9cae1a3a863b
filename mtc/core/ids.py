"""Identifiers: time-ordered UUIDs for rows, random tokens for secrets."""

from __future__ import annotations

import secrets
import string
import time
import uuid


def uuid7() -> uuid.UUID:
    """A new UUID version 7 (RFC 9562 section 5.7): sorts by creation time to the millisecond."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds << 80) | secrets.randbits(80)
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    return uuid.UUID(int=value)


def token(nbytes: int = 32) -> str:
    """An unguessable URL-safe text of `nbytes` random bytes."""
    return secrets.token_urlsafe(nbytes)


def letters(count: int, alphabet: str = string.ascii_letters + string.digits) -> str:
    """So many unguessable letters and digits: a double click selects all of them."""
    return "".join(secrets.choice(alphabet) for _ in range(count))
