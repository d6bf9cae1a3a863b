"""The queue contract over every implementation, and the threads that are woken."""

import logging
import os
import subprocess
import sys
import threading
import time

import pytest

from mtc.infra.queue import InProcessQueue, NullQueue, RqQueue
from mtc.infra.redis_connection import RedisLink


class Work:
    """Rows to do; `drain` does one batch of up to two and can be told to fail."""

    def __init__(self):
        self.rows, self.done, self.rounds, self.failures = 0, 0, 0, 0
        self.changed = threading.Condition()

    def add(self, count):
        with self.changed:
            self.rows += count

    def drain(self):
        with self.changed:
            self.rounds += 1
            self.changed.notify_all()
            if self.failures:
                self.failures -= 1
                raise RuntimeError("planned")
            batch = min(2, self.rows)
            self.rows -= batch
            self.done += batch
            return batch

    def wait(self, what, seconds=15.0):
        with self.changed:
            return self.changed.wait_for(lambda: what(self), seconds)


@pytest.fixture
def started():
    queues = []

    def start(work, *, tick=60.0, workers=1):
        queue = InProcessQueue(tick)
        queues.append(queue)
        queue.start(work.drain, workers)
        return queue

    yield start
    assert all(queue.stop(15) for queue in queues)


@pytest.fixture(params=["null", "threads", pytest.param("rq", marks=pytest.mark.redis), "rq-away"])
def queue(request):
    if request.param == "null":
        yield NullQueue()
    elif request.param == "threads":
        yield InProcessQueue()
    else:
        away = "redis://127.0.0.1:1/0"
        link = RedisLink(away if request.param == "rq-away" else request.getfixturevalue("redis_server").url)
        yield RqQueue(link, "contract")
        link.close()


def test_a_wake_never_raises_and_never_waits(queue):
    started = time.monotonic()
    for _ in range(20):
        assert queue.wake() is None
        assert queue.wake("tenant") is None
    # A wait for each of the forty would take ten seconds and more.
    assert time.monotonic() - started < 8


def test_the_null_queue_remembers_its_wakes():
    queue = NullQueue()
    queue.wake()
    queue.wake("tenant")
    assert queue.wakes == [None, "tenant"]


def test_no_thread_runs_before_start_or_after_stop():
    before = threading.active_count()
    queue, work = InProcessQueue(60), Work()
    queue.wake()
    assert threading.active_count() == before
    queue.start(work.drain, 2)
    assert threading.active_count() == before + 2
    assert queue.stop(15)
    assert threading.active_count() == before


def test_what_waits_at_the_start_is_drained_at_once(started):
    work = Work()
    work.add(7)
    started(work)
    assert work.wait(lambda w: w.done == 7)


def test_a_wake_drains_everything_that_is_due(started):
    work = Work()
    queue = started(work, workers=2)
    assert work.wait(lambda w: w.rounds >= 2)
    for total in range(5, 55, 5):
        work.add(5)
        queue.wake()
        assert work.wait(lambda w, total=total: w.done == total)


def test_the_tick_drains_what_nobody_announced(started):
    work = Work()
    started(work, tick=0.02)
    assert work.wait(lambda w: w.rounds >= 1)
    work.add(3)
    assert work.wait(lambda w: w.done == 3)


def test_a_wake_during_a_drain_is_kept(started):
    inside, go_on, rounds = threading.Event(), threading.Event(), threading.Semaphore(0)

    def drain():
        rounds.release()
        inside.set()
        go_on.wait(15)
        return 0

    queue = InProcessQueue(60)
    queue.start(drain)
    assert inside.wait(15)
    assert rounds.acquire(timeout=15)
    queue.wake()
    go_on.set()
    assert rounds.acquire(timeout=15)
    assert queue.stop(15)


def test_a_failing_drain_does_not_end_its_thread(started, caplog):
    work = Work()
    work.failures = 1
    with caplog.at_level(logging.CRITICAL, logger="mtc.infra.queue.threads"):
        queue = started(work)
        assert work.wait(lambda w: w.rounds == 1 and w.failures == 0)
        work.add(1)
        queue.wake()
        assert work.wait(lambda w: w.done == 1)


def test_stop_lets_the_running_batch_finish():
    inside, go_on, finished = threading.Event(), threading.Event(), []

    def drain():
        inside.set()
        go_on.wait(15)
        finished.append(True)
        return 1

    queue = InProcessQueue(60)
    queue.start(drain)
    assert inside.wait(15)
    assert not queue.stop(0.01)
    go_on.set()
    assert queue.stop(15)
    assert finished == [True]


def test_starting_twice_is_refused(started):
    queue = started(Work())
    with pytest.raises(RuntimeError, match="already"):
        queue.start(Work().drain)


def test_many_wakes_leave_one_job_and_a_taken_job_makes_room(own_redis):
    link = RedisLink(own_redis.url)
    queue = RqQueue(link)
    for _ in range(10):
        queue.wake("tenant")
    assert link.client.llen("rq:queue:mtc") == 1
    job = link.client.hgetall("rq:job:" + link.client.lpop("rq:queue:mtc").decode())
    assert job[b"data"].startswith(b"x")  # compressed JSON, not pickle
    assert b"tenant" not in b"".join(job.values())
    queue.wake()
    assert link.client.llen("rq:queue:mtc") == 1
    link.close()


def test_drivers_and_threads_are_left_alone_by_importing_the_ports():
    code = "import sys, mtc.infra, threading; print([m for m in "
    code += "('redis', 'rq', 'boto3', 'botocore', 'smtplib') if m in sys.modules], threading.active_count())"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=dict(os.environ))
    assert found.stdout == "[] 1\n", found.stderr
