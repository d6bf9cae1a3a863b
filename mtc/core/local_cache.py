"""The bounded memory of one process: everything that MTC remembers between requests is kept in one of these.

A pure function of a few values uses functools.lru_cache; what several processes share is behind the
cache port (docs/ports.md). Decision 0118 says why this is not a library.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock
from typing import Any, Generic, TypeVar
from weakref import WeakSet

K = TypeVar("K")
V = TypeVar("V")
_caches: WeakSet[LocalCache[Any, Any]] = WeakSet()


class LocalCache(Generic[K, V]):
    """Values under keys; the oldest leave first when there is no more room. Threads may share it.

    `room` is the largest sum of what `weigh` gives for the values: their number, when nothing weighs them.
    With `seconds` a value counts for that long only. A key should name everything that the value was made
    of (tenant, content version, locale), so that nothing has to be taken back; None cannot be kept.
    """

    __slots__ = ("__weakref__", "_entries", "_lock", "_room", "_seconds", "_taken", "_weigh")

    def __init__(
        self, room: int, *, seconds: float | None = None, weigh: Callable[[V], int] | None = None
    ) -> None:
        self._room = room
        self._seconds = seconds
        self._weigh = weigh
        self._entries: dict[K, tuple[float, V]] = {}
        self._taken = 0
        self._lock = Lock()
        _caches.add(self)

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def taken(self) -> int:
        """Return how much of the room is taken."""
        return self._taken

    def get(self, key: K) -> V | None:
        """The value, or None; takes no lock."""
        entry = self._entries.get(key)
        if entry is None or (self._seconds is not None and entry[0] < time.monotonic()):
            return None
        return entry[1]

    def put(self, key: K, value: V) -> V:
        """Keep the value and return it; one that is heavier than the room is not kept."""
        ends = time.monotonic() + self._seconds if self._seconds is not None else 0.0
        weight = self._weight(value)
        with self._lock:  # the sum must stay true, or the room would shrink with every race
            self._drop(key)
            if weight <= self._room:
                self._entries[key] = (ends, value)
                self._taken += weight
            while self._taken > self._room:
                self._drop(next(iter(self._entries)))
        return value

    def get_or_make(self, key: K, make: Callable[[], V]) -> V:
        """The value, made when there is none; two threads may make it at the same time."""
        value = self.get(key)
        return value if value is not None else self.put(key, make())

    def items(self) -> list[tuple[K, V]]:
        """Everything that is kept, also what has run out, as it is now."""
        with self._lock:
            return [(key, value) for key, (_, value) in self._entries.items()]

    def pop(self, key: K) -> None:
        """Forget one value."""
        with self._lock:
            self._drop(key)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._entries.clear()
            self._taken = 0

    def _drop(self, key: K) -> None:
        entry = self._entries.pop(key, None)
        if entry is not None:
            self._taken -= self._weight(entry[1])

    def _weight(self, value: V) -> int:
        return self._weigh(value) if self._weigh is not None else 1


def clear_all() -> None:
    """Forget what every cache of this process has kept, as after a restart."""
    for cache in list(_caches):
        cache.clear()
