"""The queue of one process: threads that drain when woken, and once a second in any case."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from mtc.infra.queue.base import Drain

if TYPE_CHECKING:
    from threading import Thread

log = logging.getLogger(__name__)


class InProcessQueue:
    """Wakes threads of its own; there are none until `start`, so web processes and commands stay single."""

    def __init__(self, tick: float = 1.0) -> None:
        import threading  # noqa: PLC0415

        self._condition = threading.Condition()
        self._tick = tick
        self._pending = 0
        self._stopping = False
        self._threads: list[Thread] = []
        self._beside: InProcessQueue | None = None

    def wake(self, tenant_id: object | None = None) -> None:
        """Let one waiting thread drain; a wake during a drain is kept until its end."""
        with self._condition:
            # More open wakes than threads would only make empty rounds.
            self._pending = min(self._pending + 1, max(1, len(self._threads)))
            self._condition.notify()
        if self._beside is not None:
            self._beside.wake(tenant_id)

    def start_beside(self, drain: Drain, workers: int) -> None:
        """Start further threads on another drain: what they do never takes a thread from this queue's."""
        self._beside = InProcessQueue(self._tick)
        self._beside.start(drain, workers)

    def start(self, drain: Drain, workers: int = 1) -> None:
        """Start `workers` threads on `drain`; raises RuntimeError when they already run."""
        import threading  # noqa: PLC0415

        with self._condition:
            if self._threads:
                raise RuntimeError("the queue has been started already")
            self._stopping = False
            self._threads = [
                threading.Thread(target=self._run, args=(drain,), name=f"mtc-drain-{number}", daemon=True)
                for number in range(1, workers + 1)
            ]
        for thread in self._threads:
            thread.start()

    def stop(self, timeout: float = 30.0) -> bool:
        """Let running drains finish, for `timeout` seconds at most; True when all threads have ended.

        What is cut off is not lost: its lease runs out and another worker takes it.
        """
        with self._condition:
            self._stopping = True
            self._condition.notify_all()
        until = time.monotonic() + timeout
        if self._beside is not None and self._beside.stop(min(5.0, timeout)):
            self._beside = None
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        return not self._threads and self._beside is None

    def _run(self, drain: Drain) -> None:
        while not self._stopping:
            self._drain(drain)
            with self._condition:
                self._condition.wait_for(lambda: self._pending or self._stopping, self._tick)
                self._pending = max(0, self._pending - 1)

    def _drain(self, drain: Drain) -> None:
        first = True
        try:
            while not self._stopping and drain():
                if first and len(self._threads) > 1:
                    # Where there was one batch there may be more: a second thread can help.
                    self.wake()
                    first = False
        except Exception:
            log.exception("A drain failed; the next one comes with the next tick.")
