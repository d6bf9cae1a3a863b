"""Interface of a cache, and the bytes in which every cache keeps its values."""

from __future__ import annotations

import json
from typing import Any, Protocol

from mtc.core import clock

_RAW = b"\x00"  # no JSON text starts with it, so raw bytes and JSON share one key space


class Cache(Protocol):
    """Values that may vanish at any moment, and counters that several processes share."""

    def get(self, key: str) -> Any | None:
        """The value, or None when it is absent, too old or out of reach; never raises for the network."""

    def set(self, key: str, value: Any, ttl: float) -> None:
        """Keep `value` (JSON data or bytes) for `ttl` seconds; what is kept does not follow later changes."""

    def delete(self, *keys: str) -> None:
        """Forget the keys; an absent one is no error."""

    def incr(self, key: str, ttl: float, by: int = 1) -> int:
        """Add to a counter in one atomic step and return it; it ends `ttl` seconds after its first step."""


def encode(value: Any) -> bytes:
    """The stored form of a value; raises TypeError for what JSON cannot say."""
    if isinstance(value, bytes):
        return _RAW + value
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def decode(data: bytes) -> Any | None:
    """The value behind stored bytes, or None when they are not ours."""
    if data[:1] == _RAW:
        return data[1:]
    try:
        return json.loads(data)
    except ValueError:
        return None


def seconds() -> float:
    """The clock of mtc.core in seconds since 1970, so that a frozen clock also stops caches and limits."""
    return clock.now().timestamp()
