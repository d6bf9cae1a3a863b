"""The cache that several processes share, which answers every call while Redis is away."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any, TypeVar

from mtc.infra.cache.base import decode, encode
from mtc.infra.cache.memory import MemoryCache
from mtc.infra.redis_connection import LinkDownError, RedisLink

T = TypeVar("T")

# A counter that is not there is new, or Redis was wiped: it starts from what the asking process has counted.
_INCR = """
local count = redis.call('INCRBY', KEYS[1], ARGV[1])
if redis.call('PTTL', KEYS[1]) < 0 then
  count = math.max(count, tonumber(ARGV[3]))
  redis.call('SET', KEYS[1], count, 'PX', ARGV[2])
end
return count
"""
_MAX_MISSED = 10_000


class RedisCache:
    """A `Cache` on Redis; keys start with `namespace`, values are JSON bytes.

    Redis down: get gives None, set and delete do nothing, incr counts in this process, so that limits hold.
    Deletes and writes that were missed are made up for (as deletes) before the first answer after an outage;
    steps of a counter that were missed are added with its next one. A wiped Redis gets back what this process
    has counted.
    """

    def __init__(self, link: RedisLink, namespace: str = "mtc:") -> None:
        self._link = link
        self._namespace = namespace
        self._local = MemoryCache(max_entries=1)
        self._given = MemoryCache(max_entries=1)  # what Redis has taken of these counters
        self._missed: OrderedDict[str, None] = OrderedDict()
        self._owed: OrderedDict[str, int] = OrderedDict()
        self._lock = Lock()
        link.on_recovery = self._make_up

    def get(self, key: str) -> Any | None:
        """The value, or None when it is absent or Redis is out of reach."""
        data = self._ask(lambda client: client.get(self._name(key)), None)
        return None if data is None else decode(data)

    def set(self, key: str, value: Any, ttl: float) -> None:
        """Keep `value` for `ttl` seconds; a ttl of zero or less forgets the key."""
        if ttl <= 0:
            self.delete(key)
            return
        data, milliseconds = encode(value), max(1, int(ttl * 1000))
        self._forget(key)
        if self._ask(lambda client: client.set(self._name(key), data, px=milliseconds), None) is None:
            self._miss(key)

    def delete(self, *keys: str) -> None:
        """Forget the keys, at the latest when Redis is back."""
        self._forget(*keys)
        if keys and self._ask(lambda client: client.delete(*map(self._name, keys)), None) is None:
            self._miss(*keys)

    def incr(self, key: str, ttl: float, by: int = 1) -> int:
        """Add to a counter; this process keeps its own tally beside it, which answers while Redis is away."""
        tally = self._local.incr(key, ttl, by)
        milliseconds = max(1, int(ttl * 1000))
        with self._lock:
            step = by + self._owed.pop(key, 0)
        # Not the tally: steps that other threads are taking at this moment will add themselves.
        least = step + (self._given.get(key) or 0)
        try:
            count = self._link.call(
                lambda client: int(client.eval(_INCR, 1, self._name(key), step, milliseconds, least))
            )
        except LinkDownError:
            self._owe(key, step)
            return tally
        self._given.incr(key, ttl, step)
        return count

    def _name(self, key: str) -> str:
        return self._namespace + key

    def _ask(self, action: Callable[[Any], T], otherwise: T) -> T:
        try:
            return self._link.call(action)
        except LinkDownError:
            return otherwise

    def _forget(self, *keys: str) -> None:
        """Remove what this process itself has counted."""
        self._local.delete(*keys)
        self._given.delete(*keys)
        with self._lock:
            for key in keys:
                self._owed.pop(key, None)

    def _owe(self, key: str, step: int) -> None:
        with self._lock:
            self._owed[key] = self._owed.get(key, 0) + step
            while len(self._owed) > _MAX_MISSED:
                self._owed.popitem(last=False)

    def _miss(self, *keys: str) -> None:
        with self._lock:
            self._missed.update(dict.fromkeys(keys))
            while len(self._missed) > _MAX_MISSED:
                self._missed.popitem(last=False)

    def _make_up(self, client: Any) -> None:
        with self._lock:
            keys = list(self._missed)
        if keys:
            client.delete(*map(self._name, keys))
            with self._lock:
                for key in keys:
                    self._missed.pop(key, None)
