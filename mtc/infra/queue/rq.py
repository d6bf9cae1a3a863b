"""The queue of many processes: an RQ job is a wake-up call, and a worker that needs none of them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from mtc.infra.queue.base import Drain
from mtc.infra.queue.threads import InProcessQueue
from mtc.infra.redis_connection import LinkDownError, RedisLink

log = logging.getLogger(__name__)

QUEUE_NAME = "mtc"
JOB = "mtc.worker.drain_job"


class RqQueue:
    """Puts a wake-up job into one RQ queue, unless one is waiting there already.

    A job that waits has not begun to drain, so it will see whatever was committed before this call:
    one is enough, however many processes wake at once, and an outage of the workers piles nothing up.
    """

    def __init__(self, link: RedisLink, name: str = QUEUE_NAME) -> None:
        from rq import Queue  # noqa: PLC0415
        from rq.serializers import JSONSerializer  # noqa: PLC0415

        self._link = link
        self._queue: Any = Queue(name, connection=link.client, serializer=JSONSerializer)

    def wake(self, tenant_id: object | None = None) -> None:
        """Enqueue a wake-up; whatever Redis does, the caller goes on."""
        try:
            self._link.call(self._wake)
        except LinkDownError:
            log.debug("A wake-up was dropped; the workers look every second.")
        except Exception:
            log.exception("A wake-up failed; the workers look every second.")

    def _wake(self, client: Any) -> None:
        if client.llen(self._queue.key) == 0:
            self._queue.enqueue(JOB, description="wake", result_ttl=0, failure_ttl=60, ttl=60)


def run_rq_worker(
    url: str,
    drain: Drain,
    *,
    name: str = QUEUE_NAME,
    tick: float = 1.0,
    stop_timeout: float = 30.0,
    ready: Callable[[], None] | None = None,
    beside: Drain | None = None,
    beside_workers: int = 1,
) -> None:
    """Drain until SIGTERM or SIGINT: at once for every wake-up job, and every `tick` seconds without any.

    The second does not touch Redis, so that an empty, frozen or dead Redis delays work by a tick at most.
    The running batch is finished first, for `stop_timeout` seconds at most. `ready` is called once signals
    are obeyed. `beside` is drained by threads of its own. Main thread only.
    """
    import signal  # noqa: PLC0415
    import threading  # noqa: PLC0415

    stopping = threading.Event()
    ticker = InProcessQueue(tick)
    signals = (signal.SIGTERM, signal.SIGINT)
    before = [signal.getsignal(number) for number in signals]

    def obey() -> None:
        for number in signals:
            signal.signal(number, lambda *_: stopping.set())

    obey()
    ticker.start(drain)
    if beside is not None:
        ticker.start_beside(beside, beside_workers)
    if ready is not None:
        ready()
    try:
        while not stopping.is_set():
            obey()
            _work(url, drain, name, stopping)
            stopping.wait(tick)
    finally:
        ticker.stop(stop_timeout)
        for number, handler in zip(signals, before, strict=True):
            signal.signal(number, handler)


def _work(url: str, drain: Drain, name: str, stopping: Any) -> None:
    """One life of an RQ worker; ends when asked to, or when Redis is out of reach."""
    from redis import Redis, RedisError  # noqa: PLC0415
    from redis.backoff import NoBackoff  # noqa: PLC0415
    from redis.retry import Retry  # noqa: PLC0415

    from mtc.infra.queue.rq_worker import DrainWorker  # noqa: PLC0415

    wait = DrainWorker.wait_seconds + 1
    connection = Redis.from_url(
        url, socket_connect_timeout=2.0, socket_timeout=wait, retry=Retry(NoBackoff(), 0)
    )
    try:
        DrainWorker(drain, stopping, name, connection).work(logging_level="WARNING")
    except (RedisError, OSError) as error:
        log.warning("The RQ worker lost Redis, the ticker goes on: %s", error)
    finally:
        connection.close()
