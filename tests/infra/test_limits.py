"""Rate limits: how many pass, when the next one passes, and that they hold without Redis."""

import threading

import pytest

from mtc.infra.cache import Limits, MemoryCache, RedisCache, Verdict
from mtc.infra.redis_connection import RedisLink
from tests.infra.test_cache import Ticks


def made(now=1_200.0):
    clock = Ticks(now)
    return clock, Limits(MemoryCache(clock=clock), clock)


def test_so_many_pass_and_no_more():
    _, limits = made()
    verdicts = [limits.limit("t:login:a", 3, 60) for _ in range(5)]
    assert [verdict.allowed for verdict in verdicts] == [True, True, True, False, False]
    assert [verdict.remaining for verdict in verdicts] == [2, 1, 0, 0, 0]
    assert verdicts[0] == Verdict(True, 2, 0.0)


def test_keys_and_periods_are_apart():
    _, limits = made()
    assert limits.limit("t:a", 1, 60).allowed
    assert limits.limit("t:b", 1, 60).allowed
    assert limits.limit("t:a", 1, 3600).allowed
    assert not limits.limit("t:a", 1, 60).allowed


@pytest.mark.parametrize("start", [1_200.0, 1_215.0, 1_230.0, 1_259.0])
@pytest.mark.parametrize("times", [1, 2, 5])
def test_the_next_call_passes_after_retry_after_and_not_before(start, times):
    clock, limits = made(start)
    for _ in range(times):
        assert limits.limit("t:k", times, 60).allowed
    for _ in range(4):
        verdict = limits.limit("t:k", times, 60)
        assert not verdict.allowed
        assert 0 < verdict.retry_after <= 120
        clock.now += verdict.retry_after - 0.01
        assert not limits.limit("t:k", times, 60).allowed
        clock.now += 0.02
        assert limits.limit("t:k", times, 60).allowed


def test_the_border_of_two_windows_does_not_let_twice_as_many_pass():
    clock, limits = made(1_259.9)
    assert [limits.limit("t:k", 10, 60).allowed for _ in range(10)] == [True] * 10
    clock.now = 1_260.1
    assert not limits.limit("t:k", 10, 60).allowed


def test_refused_calls_do_not_make_the_wait_longer():
    _, limits = made()
    limits.limit("t:k", 1, 60)
    waits = [limits.limit("t:k", 1, 60).retry_after for _ in range(50)]
    assert set(waits) == {waits[0]}


def test_clear_forgets_both_windows():
    clock, limits = made(1_259.0)
    limits.limit("t:k", 1, 60)
    clock.now = 1_261.0
    limits.clear("t:k", 60)
    assert limits.limit("t:k", 1, 60).allowed


def test_limits_hold_while_redis_dies(own_redis):
    clock = Ticks()
    link = RedisLink(own_redis.url)
    limits = Limits(RedisCache(link), clock)
    before = [limits.limit("t:k", 5, 60).allowed for _ in range(3)]
    own_redis.kill()
    after = [limits.limit("t:k", 5, 60).allowed for _ in range(5)]
    assert before + after == [True] * 5 + [False] * 3
    link.close()


@pytest.mark.parametrize("kind", ["memory", "redis"])
def test_threads_together_get_no_more_than_the_limit(kind, redis_server):
    link = RedisLink(redis_server.url)
    cache = MemoryCache() if kind == "memory" else RedisCache(link, "together:")
    limits, passed = Limits(cache, Ticks()), []

    def call():
        passed.extend(limits.limit("t:k", 10, 60).allowed for _ in range(20))

    threads = [threading.Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sum(passed), len(passed)) == (10, 80)
    link.close()


class House:
    """Two processes with one Redis."""

    def __init__(self, url):
        self.clock = Ticks()
        self.links = [RedisLink(url, clock=self.clock) for _ in range(2)]
        self.here, self.there = (Limits(RedisCache(link), self.clock) for link in self.links)

    def passed(self, limits, calls):
        """How many of so many calls pass a limit of ten."""
        return sum(limits.limit("t:k", 10, 600).allowed for _ in range(calls))


@pytest.fixture
def house(own_redis):
    made = House(own_redis.url)
    yield made
    for link in made.links:
        link.close()


def test_a_wiped_redis_gets_back_what_was_counted(house, own_redis):
    assert house.passed(house.here, 8) == 8
    house.links[0].client.flushall()
    assert house.passed(house.here, 5) == 2
    assert house.passed(house.there, 5) == 0
    own_redis.kill()
    own_redis.start()
    assert house.passed(house.here, 5) == 0


def test_what_was_counted_during_an_outage_counts_afterwards(house, own_redis):
    """A frozen Redis comes back with its old numbers; nobody gets what is left of them once more."""
    assert house.passed(house.here, 4) == 4
    own_redis.freeze()
    assert house.passed(house.here, 20) == 6
    own_redis.thaw()
    house.clock.now += 5
    assert house.passed(house.here, 5) == 0
    assert house.passed(house.there, 5) == 0


def test_who_was_forgiven_is_so_in_every_process(house):
    assert house.passed(house.there, 9) == 9
    house.here.clear("t:k", 600)
    assert house.passed(house.there, 12) == 10


def test_control_a_counter_that_only_redis_knows_starts_again(house):
    """Without what the process remembers, a wipe gives everybody another ten."""
    bare = House("redis://127.0.0.1:1/0")
    client = house.links[0].client

    def step(key, ttl, by=1):
        count = client.incrby(key, by)
        client.expire(key, int(ttl))
        return count

    limits = Limits(type("Bare", (), {"incr": staticmethod(step)})(), house.clock)
    assert bare.passed(limits, 12) == 10
    client.flushall()
    assert bare.passed(limits, 12) == 10
