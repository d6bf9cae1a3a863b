"""Queue of requests, shared fairly between the networks that ask."""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from collections.abc import Callable

WAIT_SECONDS = 30.0
WAITING_OF_ONE, WAITING = 128, 2048
"""Requests that may wait for a place, of one network and in all."""

Job = Callable[[bool], None]
"""Answers a request; told True when it has waited for too long and should only say so."""


class BusyError(Exception):
    """Too many requests wait already."""


class FairQueue:
    """Lets `places` jobs run at a time, in the threads that bring them.

    A job for which there is no place waits, and is run by the next thread that ends one: networks get their
    turn one after the other, however many requests each has waiting. One network never has all places: what
    is slow for it leaves one to the others.
    """

    def __init__(self, places: int) -> None:
        self._places, self._of_one = places, max(1, places - 1)
        self._lock = threading.Lock()
        self._running: Counter[str] = Counter()
        self._waiting: dict[str, deque[tuple[Job, float]]] = {}
        self._count = self._busy = 0
        self._ended = time.monotonic()

    def run(self, network: str, job: Job) -> None:
        """Run the job in this thread, and then those that wait; or leave it to another thread.

        The job must not raise. Raises BusyError when too many wait.
        """
        with self._lock:
            if self._waiting or not self._has_place(network):
                self._enqueue(network, job)
                entry = self._next()
            else:
                self._take(network)
                entry = network, job, False
        while entry is not None:
            network, job, late = entry
            try:
                job(late)
            finally:
                with self._lock:
                    self._leave(network)
                    entry = self._next()

    def is_stuck(self, seconds: float) -> bool:
        """Return whether all places are taken and nothing has ended for so long."""
        with self._lock:
            return self._busy >= self._places and time.monotonic() - self._ended > seconds

    def is_idle(self) -> bool:
        """Return whether nothing runs and nothing waits."""
        with self._lock:
            return not self._busy and not self._count

    def _has_place(self, network: str) -> bool:
        return self._busy < self._places and self._running[network] < self._of_one

    def _take(self, network: str) -> None:
        if not self._busy:
            self._ended = time.monotonic()
        self._busy += 1
        self._running[network] += 1

    def _leave(self, network: str) -> None:
        self._ended = time.monotonic()
        self._busy -= 1
        self._running[network] -= 1
        if not self._running[network]:
            del self._running[network]

    def _enqueue(self, network: str, job: Job) -> None:
        queue = self._waiting.get(network)
        if self._count >= WAITING or (queue is not None and len(queue) >= WAITING_OF_ONE):
            raise BusyError
        if queue is None:
            queue = self._waiting[network] = deque()
        queue.append((job, time.monotonic() + WAIT_SECONDS))
        self._count += 1

    def _next(self) -> tuple[str, Job, bool] | None:
        for network in self._waiting:
            if self._has_place(network):
                break
        else:
            return None
        queue = self._waiting.pop(network)
        job, deadline = queue.popleft()
        if queue:
            self._waiting[network] = queue  # behind all others
        self._count -= 1
        self._take(network)
        return network, job, time.monotonic() > deadline
