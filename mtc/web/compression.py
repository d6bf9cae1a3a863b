"""Compressed texts, made once and kept in the memory of the process."""

from __future__ import annotations

import gzip
from collections.abc import Callable

from mtc.core.local_cache import LocalCache

_packed: LocalCache[tuple[str, int], bytes] = LocalCache(200)


def packed(name: str, version: int, read: Callable[[], bytes]) -> bytes:
    """Return the bytes of `read` as gzip; it is read again only for another name or version."""
    return _packed.get_or_make((name, version), lambda: gzip.compress(read(), mtime=0))
