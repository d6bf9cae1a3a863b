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

    def is_heard(self, index: int) -> bool:
        """Return whether the process of that number has sent a heartbeat since it was started."""
        return bool(self._values[index] != NOT_YET)

    def silence(self, index: int) -> float:
        """Seconds since the last sign of life; 0 for a process that is still starting."""
        last = self._values[index]
        return time.monotonic() - last if last != NOT_YET else 0.0


class Watcher:
    """Kills every process that has been silent for `silent` seconds; `look` is to be called each second.

    Where the caller itself was held up, as when the whole group was stopped and goes on, everybody gets the
    time anew.
    """

    def __init__(self, beats: Heartbeats, *, silent: float = SILENT_SECONDS) -> None:
        self._beats, self._silent = beats, silent
        self._looked, self._patience_until = time.monotonic(), 0.0

    def look(self, pids: dict[int, int]) -> None:
        """Judge the running processes, given by their number counted from 0."""
        now = time.monotonic()
        if now - self._looked > BEAT_SECONDS + self._silent / 2:
            self._patience_until = now + self._silent
        self._looked = now
        for index, pid in pids.items():
            if self._beats.silence(index) > self._silent and now > self._patience_until:
                log.error(
                    "Worker %d has not answered for %d seconds: it is replaced.", index + 1, self._silent
                )
                self._beats.clear(index)
                os.kill(pid, signal.SIGKILL)


def watch(
    beats: Heartbeats, pids: Callable[[], dict[int, int]], *, silent: float = SILENT_SECONDS
) -> threading.Thread:
    """Start a thread that looks each second; `pids` gives the running processes by their number."""

    def run() -> None:
        watcher = Watcher(beats, silent=silent)
        while True:
            time.sleep(BEAT_SECONDS)
            watcher.look(pids())

    thread = threading.Thread(target=run, name="heartbeats", daemon=True)
    thread.start()
    return thread


def keep_beating(beats: Heartbeats, index: int) -> None:
    """Say from a thread, until the process ends, that it lives: not while it is stopped, nor while a call
    keeps all its threads from running.
    """

    def run() -> None:
        while True:
            beats.beat(index)
            time.sleep(BEAT_SECONDS)

    beats.beat(index)
    threading.Thread(target=run, name="heartbeat", daemon=True).start()
