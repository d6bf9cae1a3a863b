"""Byte ranges of a download (RFC 9110, section 14)."""

from __future__ import annotations

import re
from dataclasses import dataclass

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Span:
    """The bytes from `start` up to, not including, `end`; `partial` when they are not the whole file."""

    start: int
    end: int
    partial: bool


def read_range(header: str | None, if_range: str | None, size: int, etag: str) -> Span | None:
    """The span that a request asks for; None when no byte of it exists (416).

    A header that is not one single range, or that was meant for another version of the file (If-Range),
    is answered with the whole file, as the standard allows.
    """
    whole = Span(0, size, False)
    match = _RANGE.fullmatch("".join(header.split())) if header else None
    if match is None or (if_range is not None and if_range.strip() != etag):
        return whole
    first, last = match[1], match[2]
    if not first and not last:
        return whole
    if not first:
        length = int(last)
        return Span(max(0, size - length), size, True) if length and size else None
    start = int(first)
    if last and int(last) < start:
        return whole
    if start >= size:
        return None
    return Span(start, min(size, int(last) + 1) if last else size, True)
