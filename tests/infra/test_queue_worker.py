"""The worker that jobs in Redis wake: what it drains, runs and survives, and how it stops."""

import signal
import subprocess
import sys
import textwrap

import pytest

from mtc.infra.queue import RqQueue
from mtc.infra.redis_connection import RedisLink
from tests.servers.waiting import eventually

WORKER = """
    import sys
    from pathlib import Path
    from mtc.infra.queue import run_rq_worker

    folder = Path(sys.argv[2])
    exec(sys.argv[4])

    def drain():
        (folder / "alive").touch()
        for row in folder.glob("*.row"):
            row.rename(row.with_suffix(".done"))
            return 1
        return 0

    run_rq_worker(sys.argv[1], drain, tick=float(sys.argv[3]))
    (folder / "ended").touch()
"""


TOLD_BEFORE_IT_LISTENS = """
import os, signal
from mtc.infra.queue import rq_worker

class Told(rq_worker.DrainWorker):
    def bootstrap(self, *args):
        os.kill(os.getpid(), signal.SIGTERM)
        super().bootstrap(*args)

rq_worker.DrainWorker = Told
"""


def until(what, seconds=15.0):
    return eventually(what, seconds)


@pytest.fixture
def worker(tmp_path):
    processes = []

    def start(url, tick, first=""):
        command = [sys.executable, "-c", textwrap.dedent(WORKER), url, str(tmp_path), str(tick), first]
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        processes.append(process)
        assert until((tmp_path / "alive").exists)
        return process

    yield start
    for process in processes:
        process.kill()
        process.wait()


def rows(folder, *names):
    for name in names:
        (folder / f"{name}.row").touch()
    return lambda: all((folder / f"{name}.done").exists() for name in names)


def ends_well(process, folder, seconds=15):
    process.send_signal(signal.SIGTERM)
    return process.wait(seconds) == 0 and (folder / "ended").exists()


def test_the_worker_drains_when_a_job_comes_and_stops_on_sigterm(own_redis, worker, tmp_path):
    process = worker(own_redis.url, 60)
    link = RedisLink(own_redis.url)
    assert until(lambda: link.client.exists("rq:workers"))
    done = rows(tmp_path, "a", "b", "c")
    RqQueue(link).wake()
    assert until(done)
    assert ends_well(process, tmp_path, 5)
    assert link.client.keys("rq:job:*") == []
    link.close()


def test_a_worker_that_is_told_to_go_before_it_listens_to_redis_ends_at_once(own_redis, worker, tmp_path):
    process = worker(own_redis.url, 60, TOLD_BEFORE_IT_LISTENS)
    assert process.wait(15) == 0 and (tmp_path / "ended").exists()


def test_the_worker_never_runs_what_a_job_names(own_redis, worker, tmp_path):
    from rq import Queue
    from rq.serializers import JSONSerializer

    process = worker(own_redis.url, 60)
    link = RedisLink(own_redis.url)
    assert until(lambda: link.client.exists("rq:workers"))
    target = tmp_path / "hacked"
    # Before the job: its one look may come at once, and the next after a minute.
    done = rows(tmp_path, "a")
    Queue("mtc", connection=link.client, serializer=JSONSerializer).enqueue("os.mkdir", str(target))
    assert until(done)
    link.client.rpush("rq:queue:mtc", "no-such-job")
    assert until(lambda: link.client.llen("rq:queue:mtc") == 0)
    done = rows(tmp_path, "b")
    RqQueue(link).wake()
    assert until(done)
    assert not target.exists()
    assert ends_well(process, tmp_path)
    link.close()


def test_the_worker_loses_nothing_when_redis_is_wiped_frozen_or_dead(own_redis, worker, tmp_path):
    process = worker(own_redis.url, 0.1)
    link = RedisLink(own_redis.url)
    assert until(lambda: link.client.exists("rq:workers"))
    link.client.flushall()
    assert until(rows(tmp_path, "wiped"), 5)
    own_redis.freeze()
    assert until(rows(tmp_path, "frozen"), 5)
    own_redis.thaw()
    own_redis.kill()
    assert until(rows(tmp_path, "dead"), 5)
    own_redis.start()
    link.client.rpush("rq:queue:mtc", "a-wake-up")
    assert until(lambda: link.client.llen("rq:queue:mtc") == 0)
    assert until(rows(tmp_path, "back"), 5)
    assert ends_well(process, tmp_path)
    link.close()


def test_the_worker_stops_while_redis_is_frozen(own_redis, worker, tmp_path):
    process = worker(own_redis.url, 0.1)
    link = RedisLink(own_redis.url)
    assert until(lambda: link.client.exists("rq:workers"))
    own_redis.freeze()
    assert ends_well(process, tmp_path, 20)
    own_redis.thaw()
    link.close()


def test_the_worker_starts_and_stops_without_redis(worker, tmp_path):
    process = worker("redis://127.0.0.1:1/0", 0.1)
    assert until(rows(tmp_path, "a"), 5)
    assert ends_well(process, tmp_path)
