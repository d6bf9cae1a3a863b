"""Rate limits on top of any cache: a sliding window made of two counters."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from mtc.infra.cache.base import Cache, seconds


@dataclass(frozen=True)
class Verdict:
    """The answer of a limit: how many calls are left, and after how many seconds the next one may pass."""

    allowed: bool
    remaining: int
    retry_after: float


class Limits:
    """Counts calls per key. A call that is refused is not counted, so a limit always ends by itself."""

    def __init__(self, cache: Cache, clock: Callable[[], float] = seconds) -> None:
        self._cache = cache
        self._clock = clock

    def limit(self, key: str, times: int, per_seconds: float) -> Verdict:
        """Count one call and say whether it may pass: about `times` in any `per_seconds`.

        The window before counts in proportion to how much of it still lies within `per_seconds`.
        Callers put the tenant, what is limited and whom into the key.
        """
        now = self._clock()
        window = math.floor(now / per_seconds)
        share = 1 - (now / per_seconds - window)
        name, ttl = f"limit:{key}:{per_seconds:g}:", 2 * per_seconds
        current = self._cache.incr(f"{name}{window}", ttl)
        # A step of zero reads the counter wherever it is counted, in Redis or in this process.
        previous = self._cache.incr(f"{name}{window - 1}", ttl, 0)
        weight = previous * share + current
        if weight <= times:
            return Verdict(True, int(times - weight), 0.0)
        current = self._cache.incr(f"{name}{window}", ttl, -1)
        return Verdict(False, 0, _wait(times, per_seconds, share, previous, current))

    def give_back(self, key: str, per_seconds: float) -> None:
        """Take back one call that was counted, of this window or the one before; never below none."""
        window = math.floor(self._clock() / per_seconds)
        name, ttl = f"limit:{key}:{per_seconds:g}:", 2 * per_seconds
        for number in (window, window - 1):
            if self._cache.incr(f"{name}{number}", ttl, 0) > 0:
                self._cache.incr(f"{name}{number}", ttl, -1)
                return

    def clear(self, key: str, per_seconds: float) -> None:
        """Forget what was counted, such as failed log-ins after one that succeeded."""
        window = math.floor(self._clock() / per_seconds)
        name = f"limit:{key}:{per_seconds:g}:"
        # Zero, and not absent: an absent counter would start again from what another process remembers.
        for number in (window, window - 1):
            self._cache.set(f"{name}{number}", 0, 2 * per_seconds)


def _wait(times: int, per_seconds: float, share: float, previous: int, current: int) -> float:
    """Seconds until one more call fits, when nothing else happens before."""
    room = times - 1 - current
    if room >= 0 and previous > 0:
        return max(0.0, share - room / previous) * per_seconds
    over = 1 - (times - 1) / current if current > 0 else 0.0
    return (share + max(0.0, over)) * per_seconds
