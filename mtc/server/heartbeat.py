"""Worker processes say each second that they live; the parent kills one that has been silent for too long."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from typing import Any

BEAT_SECONDS = 1.0
SILENT_SECONDS = 30.0
"""Silence after which a process counts as hanging: stopped, in an endless call, or with no thread left."""
NOT_YET = 0.0
log = logging.getLogger(__name__)


class Heartbeats:
    """One time stamp for each worker process, in shared memory; `values` is a multiprocessing array of
    doubles. The clock is CLOCK_MONOTONIC, which all processes of a machine share.
    """

    def __init__(self, values: Any) -> None:
        self._values = values

    def beat(self, index: int) -> None:
        """Say that the process of that number lives."""
        self._values[index] = time.monotonic()

    def clear(self, index: int) -> None:
        """Nothing has been heard of the process of that number, which is about to start."""
        self._values[index] = NOT_YET

    def silence(self, index: int) -> float:
        """Seconds since the last sign of life; 0 for a process that is still starting."""
        last = self._values[index]
        return time.monotonic() - last if last != NOT_YET else 0.0


def watch(
    beats: Heartbeats, pids: Callable[[], dict[int, int]], *, silent: float = SILENT_SECONDS
) -> threading.Thread:
    """Start a thread that kills every worker process which has been silent for `silent` seconds.

    `pids` gives the running ones by their number. Where this thread itself was held up, as when the whole
    group was stopped and goes on, everybody gets the time anew.
    """

    def run() -> None:
        expected = time.monotonic()
        patience_until = 0.0
        while True:
            time.sleep(BEAT_SECONDS)
            now, expected = time.monotonic(), expected + BEAT_SECONDS
            if now - expected > silent / 2:
                patience_until = now + silent
            expected = now
            for index, pid in pids().items():
                if beats.silence(index) > silent and now > patience_until:
                    log.error("Worker %d has not answered for %d seconds: it is replaced.", index + 1, silent)
                    beats.clear(index)
                    os.kill(pid, signal.SIGKILL)

    thread = threading.Thread(target=run, name="heartbeats", daemon=True)
    thread.start()
    return thread
