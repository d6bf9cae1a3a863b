"""Runs that do not come back: which there are, and how their process makes room for another one."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

log = logging.getLogger(__name__)
OVER_SECONDS = 30.0
"""How much longer than it may a run takes before it counts as hanging."""
FINISH_SECONDS = 25.0
"""How long the other runs of its process may finish then."""
LOOK_SECONDS = 1.0
_guard = threading.Lock()
_leaving = threading.Event()


@dataclass(eq=False)
class _Run:
    name: str
    until: float


_runs: set[_Run] = set()


@contextmanager
def timed(name: str, seconds: float) -> Iterator[None]:
    """Note that the block runs in this thread, and may for so many seconds."""
    run = _Run(name, time.monotonic() + seconds)
    with _guard:
        _runs.add(run)
    try:
        yield
    finally:
        with _guard:
            _runs.discard(run)


def hanging() -> list[str]:
    """The names of the runs that have used up their time and OVER_SECONDS more."""
    now = time.monotonic()
    with _guard:
        return sorted(run.name for run in _runs if now > run.until + OVER_SECONDS)


def is_leaving() -> bool:
    """Return whether this process takes no new task, because one in it hangs."""
    return _leaving.is_set()


def watch(leave: Callable[[], None]) -> threading.Thread:
    """Start a thread that waits for a run that hangs. Then nothing new is taken, the others may finish, and
    `leave` is called, which is to end this process: no thread can be ended from outside.
    """
    thread = threading.Thread(target=_watch, args=(leave,), name="mtc-overruns", daemon=True)
    thread.start()
    return thread


def _watch(leave: Callable[[], None]) -> None:
    while not (names := hanging()):
        time.sleep(LOOK_SECONDS)
    log.error("%s does not come back: this process ends, and another one takes its place.", ", ".join(names))
    _leaving.set()
    until = time.monotonic() + FINISH_SECONDS
    while time.monotonic() < until and _others():
        time.sleep(LOOK_SECONDS / 10)
    leave()


def _others() -> bool:
    """Return whether anything runs that does not hang."""
    with _guard:
        running = len(_runs)
    return running > len(hanging())
