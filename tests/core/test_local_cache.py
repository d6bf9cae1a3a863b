"""The bounded memory of one process."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from mtc.core import local_cache
from mtc.core.local_cache import LocalCache


def test_the_oldest_values_leave_first_when_the_room_is_taken() -> None:
    cache: LocalCache[str, int] = LocalCache(2)
    for number, key in enumerate("abc"):
        cache.put(key, number)
    assert cache.items() == [("b", 1), ("c", 2)]
    cache.put("b", 5)
    cache.put("d", 6)
    assert cache.items() == [("b", 5), ("d", 6)]


def test_values_are_weighed_and_what_is_too_heavy_is_not_kept() -> None:
    cache: LocalCache[str, bytes] = LocalCache(10, weigh=len)
    cache.put("a", b"1234")
    cache.put("b", b"123456")
    assert cache.taken == 10
    assert cache.put("c", b"x" * 11) == b"x" * 11
    assert (cache.get("c"), cache.taken) == (None, 10)
    cache.put("c", b"1")
    assert (cache.get("a"), cache.get("b"), cache.taken) == (None, b"123456", 7)
    cache.put("b", b"")
    cache.pop("gone")
    assert cache.taken == 1
    cache.clear()
    assert (cache.taken, len(cache)) == (0, 0)


def test_a_value_counts_for_its_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("mtc.core.local_cache.time.monotonic", lambda: now[0])
    cache: LocalCache[str, int] = LocalCache(2, seconds=5)
    made: list[int] = []

    def make() -> int:
        made.append(1)
        return len(made)

    assert (cache.get_or_make("a", make), cache.get_or_make("a", make)) == (1, 1)
    now[0] = 105.1
    assert cache.get("a") is None
    assert (cache.get_or_make("a", make), cache.taken) == (2, 1)


def test_everything_is_forgotten_at_once() -> None:
    one: LocalCache[str, int] = LocalCache(2)
    other: LocalCache[str, int] = LocalCache(2)
    one.put("a", 1)
    other.put("b", 1)
    local_cache.clear_all()
    assert (len(one), len(other)) == (0, 0)


def test_threads_leave_the_sum_true() -> None:
    cache: LocalCache[int, bytes] = LocalCache(50, weigh=len)

    def work(seed: int) -> None:
        for step in range(2000):
            cache.put((seed * step) % 23, b"x" * (step % 7))
            if step % 50 == 0:
                cache.pop(step % 23)

    threads: list[Any] = [threading.Thread(target=work, args=(seed,)) for seed in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert cache.taken == sum(len(value) for _, value in cache.items()) <= 50
