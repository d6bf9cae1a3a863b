"""Identifiers: time-ordered UUIDs for rows, random tokens for secrets."""

from __future__ import annotations

import secrets
import string
import time
import uuid


def uuid7() -> uuid.UUID:
    """A new UUID version 7 (RFC 9562 section 5.7) that sorts by creation time to a quarter of a microsecond.

    The twelve bits behind the milliseconds are their fraction (section 6.2, method 3), 62 bits are random.
    """
    milliseconds, rest = divmod(time.time_ns(), 1_000_000)
    fraction = (rest << 12) // 1_000_000
    value = (milliseconds << 80) | (0x7 << 76) | (fraction << 64) | (0x2 << 62) | secrets.randbits(62)
    return uuid.UUID(int=value)


def token(nbytes: int = 32) -> str:
    """An unguessable URL-safe text of `nbytes` random bytes."""
    return secrets.token_urlsafe(nbytes)


def letters(count: int, alphabet: str = string.ascii_letters + string.digits) -> str:
    """So many unguessable letters and digits: a double click selects all of them."""
    return "".join(secrets.choice(alphabet) for _ in range(count))
