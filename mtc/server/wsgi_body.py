"""Bodies as WSGI programs return them: iterables that may want to hear that nobody reads on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def whole(body: Iterable[bytes]) -> bytes:
    """All of it; the program is told that it was taken."""
    try:
        return b"".join(body)
    finally:
        close(body)


def close(body: Any) -> None:
    """Tell the program that nobody reads on."""
    end = getattr(body, "close", None)
    if end is not None:
        end()
