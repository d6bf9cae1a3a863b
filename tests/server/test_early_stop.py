"""A worker process of the web server that is told to stop while it starts."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator
from multiprocessing.connection import wait
from typing import Any

import pytest
from granian.server.mp import WorkerProcess

from mtc.server.connections import STOP_SIGNALS, StopSignals
from mtc.server.parent import Child

START_SECONDS, PATIENCE_SECONDS = 0.5, 3.0


@pytest.fixture(autouse=True)
def swallowing() -> Iterator[None]:
    """The parent's handler, which the process has until it sets its own; nothing is blocked."""
    before = signal.signal(signal.SIGTERM, lambda *_: None)
    mask = signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)  # another test may have blocked them
    yield
    signal.pthread_sigmask(signal.SIG_SETMASK, mask)
    signal.signal(signal.SIGTERM, before)


def slow_start(missed: Any) -> None:
    time.sleep(START_SECONDS)
    told = threading.Event()
    StopSignals().then(told.set)
    missed.value = not told.wait(PATIENCE_SECONDS)


@pytest.mark.parametrize(("kind", "missed"), [(Child, False), (WorkerProcess, True)], ids=["ours", "control"])
def test_a_stop_during_the_start_is_not_lost(kind: Any, missed: bool) -> None:
    # Not by its exit code: granian's class waits for it in two threads, of which one is told.
    noted = multiprocessing.Value("b", False)
    worker: Any = kind.__new__(kind)
    worker.idx, worker.interrupt_by_parent = 0, True
    worker.inner = multiprocessing.get_context("fork").Process(target=slow_start, args=(noted,))
    worker.start()
    os.kill(worker.inner.pid, signal.SIGTERM)
    assert wait([worker.inner.sentinel], 30)
    assert noted.value == missed
