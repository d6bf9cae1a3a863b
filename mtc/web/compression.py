"""Compressed texts, made once and kept in the memory of the process."""

from __future__ import annotations

import gzip
from collections.abc import Callable

_MOST = 200
_packed: dict[tuple[str, int], bytes] = {}


def packed(name: str, version: int, read: Callable[[], bytes]) -> bytes:
    """What `read` gives, as gzip; it is read again only for another name or version."""
    key = (name, version)
    if key not in _packed:
        if len(_packed) >= _MOST:
            _packed.clear()
        _packed[key] = gzip.compress(read(), mtime=0)
    return _packed[key]
