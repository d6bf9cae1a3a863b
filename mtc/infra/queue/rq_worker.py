"""An RQ worker whose only job is to drain; imported only where RQ is installed."""

from __future__ import annotations

import logging
from threading import Event
from types import FrameType
from typing import Any

from rq import Queue, SimpleWorker
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.worker import WorkerStatus

from mtc.infra.queue.base import Drain

log = logging.getLogger(__name__)


class DrainWorker(SimpleWorker):
    """Takes every job for a wake-up and never imports what it names.

    Whoever can write to Redis can so make this worker look for work, but not run code of their choice.
    Listening to a single queue is what makes RQ's pop atomic.
    """

    wait_seconds = 5
    max_connection_wait_time = 2.0

    def __init__(self, drain: Drain, stopping: Event, name: str, connection: Any) -> None:
        self._drain = drain
        self._stopping = stopping
        super().__init__(
            [Queue(name, connection=connection, serializer=JSONSerializer)],
            connection=connection,
            serializer=JSONSerializer,
            log_job_description=False,
        )

    @property
    def dequeue_timeout(self) -> int:
        """Seconds of one blocking pop: short, so that a frozen Redis cannot hold up a stop for long."""
        return self.wait_seconds

    @property
    def connection_timeout(self) -> int:
        """Seconds after which a silent Redis counts as gone."""
        return self.wait_seconds + 1

    def _install_signal_handlers(self) -> None:
        """Obey signals, one that came before included: nobody else looks at it while this worker runs."""
        super()._install_signal_handlers()
        self._stop_requested = self._stopping.is_set()

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """Remember the signal for the loop around this worker, then stop as RQ does."""
        self._stopping.set()
        super().request_stop(signum, frame)

    def execute_job(self, job: Job, queue: Queue) -> None:
        """Drain until nothing is due, then remove the job whatever it was."""
        # Only the local state: a signal asks it whether to wait for the batch, and Redis may be gone.
        self._state = WorkerStatus.BUSY
        try:
            while not self._stopping.is_set() and self._drain():
                pass
        except Exception:
            log.exception("A drain failed; the next one comes with the next tick.")
        try:
            self.connection.lrem(queue.intermediate_queue_key, 1, job.id)
            job.delete(remove_from_queue=False)
        finally:
            # Not before: a signal that finds the worker idle leaves at once.
            self._state = WorkerStatus.IDLE
