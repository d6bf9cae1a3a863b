"""`ctx.cache`: values that may vanish, of one plugin for one tenant."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from mtc.infra import ports
from mtc.infra.cache.base import encode

LONGEST_KEY = 200
LARGEST_VALUE = 64 * 1024
LONGEST_SECONDS = 86_400


class PluginCache:
    """Plain JSON or bytes under a key (text of 1 to 200 characters); another tenant's are never found."""

    def __init__(self, plugin: str, tenant_id: UUID) -> None:
        self._start = f"p:{plugin}:{tenant_id}:"

    def get(self, key: str) -> Any | None:
        """The value, or None when it is absent or too old."""
        return ports.cache.get(self._key(key))

    def set(self, key: str, value: Any, seconds: float) -> None:
        """Keep a value of at most 64 KB for so many seconds, a day at most; raises ValueError."""
        if not 0 < seconds <= LONGEST_SECONDS:
            raise ValueError(f"a value is cached for 1 to {LONGEST_SECONDS} seconds")
        if len(encode(value)) > LARGEST_VALUE:
            raise ValueError(f"a cached value has at most {LARGEST_VALUE} bytes")
        ports.cache.set(self._key(key), value, seconds)

    def delete(self, key: str) -> None:
        """Forget the key; an absent one is no error."""
        ports.cache.delete(self._key(key))

    def remember(self, key: str, seconds: float, build: Callable[[], Any]) -> Any:
        """The value; where there is none, that of `build`, which is kept unless it is None."""
        value = self.get(key)
        if value is None and (value := build()) is not None:
            self.set(key, value, seconds)
        return value

    def _key(self, key: str) -> str:
        if not isinstance(key, str) or not 0 < len(key) <= LONGEST_KEY:
            raise ValueError(f"a key of the cache is a text of 1 to {LONGEST_KEY} characters")
        return self._start + key
