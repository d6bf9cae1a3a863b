"""A parent that runs so many worker processes: it replaces those that end or hang, and stops them gently."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import wait
from types import FrameType
from typing import Any

from mtc.processes.heartbeat import BEAT_SECONDS, SILENT_SECONDS, Heartbeats, Watcher, keep_beating
from mtc.processes.process_setup import settle

STOP_SECONDS = 30.0
"""How long a process that is told to stop may finish its work before it is killed."""
STEADY_SECONDS = 10.0
"""A process that lived so long is replaced at once; after shorter lives the pauses grow."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
log = logging.getLogger(__name__)

Work = Callable[[Callable[[], None]], None]
"""What a process does until SIGTERM; it calls the function that it is given once it can do it."""


@dataclass
class _Place:
    """One process of the group, or the pause before the next one."""

    index: int
    process: Any = None
    started: float = 0.0
    short_lives: int = 0
    due: float = 0.0


def pause_after(short_lives: int) -> float:
    """Seconds to wait after so many short lives in a row: twice as long each time."""
    return min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(short_lives - 1, 20)) if short_lives else 0.0


class Group:
    """`count` processes that do `work`; to be made and run in the main thread, while there is no other."""

    def __init__(self, work: Work, count: int, *, silent: float = SILENT_SECONDS) -> None:
        # Forked: the children get what the parent has, which stays small as it imports no application.
        self._context = multiprocessing.get_context("fork")
        self._work = work
        self._beats = Heartbeats(self._context.Array("d", count, lock=False))
        self._watcher = Watcher(self._beats, silent=silent)
        self._places = [_Place(index) for index in range(count)]
        self._worked = False
        self._reader, self._writer = os.pipe()

    def run(self) -> int:
        """Run until SIGINT, SIGTERM or SIGHUP, then let all finish; returns the exit code.

        That is another than 0 when a process ends before any has worked: it has said why.
        """
        for number in SIGNALS:
            if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._tell)
        code = 0
        while not code and not self._is_told():
            code = self._bury()
            if not code:
                self._start()
                self._watcher.look(self._pids())
        if wait([self._reader], 0):
            code = 0  # told to stop while the first process, told as well, has ended
        self._stop()
        return code

    def _tell(self, _number: int, _frame: FrameType | None) -> None:
        os.write(self._writer, b".")

    def _is_told(self) -> bool:
        """Wait for a second at most, or until a process ends; whether the group is to stop."""
        ends = [place.process.sentinel for place in self._places if place.process is not None]
        return self._reader in wait([self._reader, *ends], BEAT_SECONDS if ends else 0.05)

    def _pids(self) -> dict[int, int]:
        return {place.index: place.process.pid for place in self._places if place.process is not None}

    def _bury(self) -> int:
        """See which processes have ended; returns the exit code for the group, 0 to go on."""
        now = time.monotonic()
        for place in self._places:
            if place.process is None:
                continue
            self._worked = self._worked or self._beats.is_heard(place.index)
            if place.process.is_alive():
                continue
            code, place.process = place.process.exitcode, None
            if not self._worked:
                return code if code > 0 else 1
            place.short_lives = 0 if now - place.started >= STEADY_SECONDS else place.short_lives + 1
            pause = pause_after(place.short_lives)
            place.due = now + pause
            log.warning("Worker %d ended (%s): the next one starts in %g s.", place.index + 1, code, pause)
        return 0

    def _start(self) -> None:
        now = time.monotonic()
        for place in self._places:
            if place.process is None and place.due <= now:
                self._beats.clear(place.index)
                place.process = self._context.Process(target=self._be, args=(place.index,))
                # A signal that comes before the child has handlers of its own waits until then.
                signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
                place.process.start()
                signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
                place.started = now

    def _be(self, index: int) -> None:
        """Be a process of the group."""
        os.setpgid(0, 0)  # what a terminal sends, such as Ctrl-C, the parent hands on
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        for number in (signal.SIGINT, signal.SIGTERM):
            # Importing takes a second or more; who is told to go meanwhile has nothing to finish.
            signal.signal(number, lambda *_: sys.exit(0))
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        settle()
        self._work(lambda: keep_beating(self._beats, index))

    def _stop(self) -> None:
        running = [place.process for place in self._places if place.process is not None]
        for process in running:
            process.terminate()
        until = time.monotonic() + STOP_SECONDS
        for process in running:
            process.join(max(0.0, until - time.monotonic()))
            if process.is_alive():
                log.error("A worker did not finish within %d seconds: it is killed.", STOP_SECONDS)
                process.kill()
                process.join()
