"""The cache contract over every implementation, and what each adds to it."""

import threading
import time

import pytest

from mtc.infra.cache import MemoryCache, RedisCache
from mtc.infra.redis_connection import RedisLink


class Ticks:
    def __init__(self, now=1_000.0):
        self.now = now

    def __call__(self):
        return self.now


@pytest.fixture(params=["memory", pytest.param("redis", marks=pytest.mark.redis), "redis-away"])
def cache(request, monkeypatch):
    if request.param == "memory":
        yield MemoryCache()
        return
    if request.param == "redis":
        link = RedisLink(request.getfixturevalue("redis_server").url)
        yield RedisCache(link, f"test-{time.monotonic_ns()}:")
    else:
        link = RedisLink("redis://127.0.0.1:1/0")
        yield RedisCache(link)
    link.close()


@pytest.fixture
def keeping(cache, request):
    """The implementations that keep values: without Redis, nothing is kept and nothing fails."""
    return cache if request.node.callspec.params["cache"] != "redis-away" else MemoryCache()


@pytest.mark.parametrize("value", [0, "", None, [], "grün", {"a": [1, 2.5, None, True]}, b"\x00\xff{", b""])
def test_a_value_comes_back_equal(keeping, value):
    keeping.set("t:k", value, 60)
    assert keeping.get("t:k") == value
    assert type(keeping.get("t:k")) is type(value)


def test_an_absent_key_is_none(cache):
    assert cache.get("t:absent") is None


def test_what_is_kept_does_not_follow_later_changes(keeping):
    value = {"lines": [1]}
    keeping.set("t:k", value, 60)
    value["lines"].append(2)
    keeping.get("t:k")["lines"].append(3)
    assert keeping.get("t:k") == {"lines": [1]}


def test_delete_forgets_values_and_counters(cache):
    cache.set("t:a", 1, 60)
    cache.incr("t:b", 60)
    cache.delete("t:a", "t:b", "t:absent")
    cache.delete()
    assert cache.get("t:a") is None
    assert cache.incr("t:b", 60) == 1


def test_a_ttl_of_zero_forgets(cache):
    cache.set("t:k", 1, 60)
    cache.set("t:k", 2, 0)
    assert cache.get("t:k") is None


def test_what_json_cannot_say_is_refused(cache):
    with pytest.raises(TypeError):
        cache.set("t:k", object(), 60)
    with pytest.raises(ValueError, match="JSON"):
        cache.set("t:k", float("nan"), 60)


def test_counters_count(cache):
    assert [cache.incr("t:n", 60), cache.incr("t:n", 60, 5), cache.incr("t:n", 60, -2)] == [1, 6, 4]
    assert cache.incr("t:n", 60, 0) == 4


def test_a_counter_can_be_read(keeping):
    keeping.incr("t:n", 60, 3)
    assert keeping.get("t:n") == 3


def test_no_step_is_lost_between_threads(cache):
    threads = [threading.Thread(target=lambda: [cache.incr("t:n", 60) for _ in range(50)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert cache.incr("t:n", 60, 0) == 200


def test_values_and_counters_end():
    clock = Ticks()
    cache = MemoryCache(clock=clock)
    cache.set("t:k", 1, 10)
    cache.incr("t:n", 10)
    clock.now += 9.9
    assert (cache.get("t:k"), cache.incr("t:n", 10)) == (1, 2)
    clock.now += 0.1
    assert (cache.get("t:k"), cache.incr("t:n", 10)) == (None, 1)


def test_redis_is_told_when_values_and_counters_end(redis_server):
    link = RedisLink(redis_server.url)
    cache = RedisCache(link, "ends:")
    cache.set("k", 1, 10)
    cache.incr("n", 20)
    first = link.client.pttl("ends:n")
    cache.incr("n", 500)
    assert 9_000 < link.client.pttl("ends:k") <= 10_000
    assert 0 < link.client.pttl("ends:n") <= first <= 20_000
    link.close()


def test_the_least_recently_used_value_leaves_first():
    cache = MemoryCache(max_entries=2)
    cache.set("a", 1, 60)
    cache.set("b", 2, 60)
    cache.get("a")
    cache.set("c", 3, 60)
    assert [cache.get(key) for key in "abc"] == [1, None, 3]


def test_memory_is_bounded_in_bytes():
    cache = MemoryCache(max_bytes=100)
    cache.set("a", "x" * 50, 60)
    cache.set("b", "x" * 50, 60)
    cache.set("huge", "x" * 200, 60)
    assert [cache.get("a"), cache.get("b"), cache.get("huge")] == [None, "x" * 50, None]


def test_a_flood_of_values_leaves_the_counters_alone():
    cache = MemoryCache(max_entries=10)
    cache.incr("limit", 60)
    for number in range(1_000):
        cache.set(f"page:{number}", 1, 60)
    assert cache.incr("limit", 60) == 2


def test_a_strange_value_in_redis_is_absent(redis_server):
    link = RedisLink(redis_server.url)
    link.client.set("strange:k", b"\x80\x04pickle")
    link.client.lpush("strange:list", 1)
    cache = RedisCache(link, "strange:")
    assert (cache.get("k"), cache.get("list"), cache.incr("list", 60)) == (None, None, 1)
    link.close()


def test_counting_goes_on_when_redis_dies(own_redis):
    link = RedisLink(own_redis.url)
    cache = RedisCache(link)
    assert [cache.incr("n", 60) for _ in range(3)] == [1, 2, 3]
    own_redis.kill()
    assert [cache.incr("n", 60) for _ in range(3)] == [4, 5, 6]
    link.close()


def test_a_frozen_redis_costs_one_timeout_per_pause(own_redis):
    clock = Ticks()
    link = RedisLink(own_redis.url, timeout=0.5, pause=3.0, clock=clock)
    cache = RedisCache(link)
    cache.set("k", 1, 60)
    own_redis.freeze()
    sent: list[str] = []
    send = link.client.execute_command
    link.client.execute_command = lambda *command, **options: (
        sent.append(command[0]) or send(*command, **options)
    )
    waits = []
    for step in [0.0, 0.0, 2.9, 0.2, 0.0]:
        clock.now += step
        before = len(sent)
        assert cache.get("k") is None
        waits.append(len(sent) - before)
    assert waits == [1, 0, 0, 1, 0]
    own_redis.thaw()
    clock.now += 3
    assert cache.get("k") == 1
    link.close()


def test_what_was_deleted_or_changed_during_an_outage_is_not_served_after_it(own_redis):
    clock = Ticks()
    link = RedisLink(own_redis.url, timeout=0.5, clock=clock)
    cache = RedisCache(link)
    for key in ("deleted", "changed", "kept"):
        cache.set(key, "old", 60)
    own_redis.freeze()
    cache.delete("deleted")
    cache.set("changed", "new", 60)
    own_redis.thaw()
    clock.now += 4
    assert [cache.get(key) for key in ("deleted", "changed", "kept")] == [None, None, "old"]
    link.close()


def test_a_restarted_redis_is_used_again_without_a_miss(own_redis):
    link = RedisLink(own_redis.url)
    cache = RedisCache(link)
    cache.set("k", 1, 60)
    own_redis.kill()
    own_redis.start()
    cache.set("k", 2, 60)
    assert cache.get("k") == 2
    link.close()
