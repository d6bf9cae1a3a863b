"""The cache of one process: two bounded least-recently-used tables behind a lock."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any

from mtc.infra.cache.base import decode, encode, seconds


class _Table:
    """Bytes with an end date; the least recently used leave first. Not thread-safe by itself."""

    def __init__(self, max_entries: int, max_bytes: int) -> None:
        self.max_entries = max_entries
        self.max_bytes = max_bytes
        self.bytes = 0
        self.entries: OrderedDict[str, tuple[float, bytes]] = OrderedDict()

    def get(self, key: str, now: float) -> tuple[float, bytes] | None:
        entry = self.entries.get(key)
        if entry is None:
            return None
        if entry[0] <= now:
            self.delete(key)
            return None
        self.entries.move_to_end(key)
        return entry

    def put(self, key: str, ends: float, data: bytes) -> None:
        self.delete(key)
        if len(data) > self.max_bytes:
            return
        self.entries[key] = (ends, data)
        self.bytes += len(data)
        while len(self.entries) > self.max_entries or self.bytes > self.max_bytes:
            self.delete(next(iter(self.entries)))

    def delete(self, key: str) -> None:
        entry = self.entries.pop(key, None)
        if entry is not None:
            self.bytes -= len(entry[1])


class MemoryCache:
    """A `Cache` for one process; counters have a table of their own, so that a flood of pages
    cannot push out the rate limits. Starts no thread: old entries leave when touched or when room is needed.
    """

    def __init__(
        self,
        max_entries: int = 10_000,
        max_bytes: int = 64 * 1024 * 1024,
        max_counters: int = 100_000,
        clock: Callable[[], float] = seconds,
    ) -> None:
        self._values = _Table(max_entries, max_bytes)
        self._counters = _Table(max_counters, max_bytes)
        self._clock = clock
        self._lock = Lock()

    def get(self, key: str) -> Any | None:
        """The value or the counter under `key`, None when absent or too old."""
        with self._lock:
            now = self._clock()
            entry = self._values.get(key, now) or self._counters.get(key, now)
        return None if entry is None else decode(entry[1])

    def set(self, key: str, value: Any, ttl: float) -> None:
        """Keep a copy of `value` for `ttl` seconds; a ttl of zero or less forgets the key."""
        data = encode(value)
        with self._lock:
            self._counters.delete(key)
            if ttl > 0:
                self._values.put(key, self._clock() + ttl, data)
            else:
                self._values.delete(key)

    def delete(self, *keys: str) -> None:
        """Forget values and counters."""
        with self._lock:
            for key in keys:
                self._values.delete(key)
                self._counters.delete(key)

    def incr(self, key: str, ttl: float, by: int = 1) -> int:
        """Add to a counter; raises TypeError when the key holds something that is no whole number."""
        with self._lock:
            now = self._clock()
            entry = self._counters.get(key, now) or self._values.get(key, now)
            ends, count = (now + ttl, 0) if entry is None else (entry[0], decode(entry[1]))
            if not isinstance(count, int) or isinstance(count, bool):
                raise TypeError("this cache key does not hold a counter")
            self._values.delete(key)
            self._counters.put(key, ends, b"%d" % (count + by))
            return count + by
