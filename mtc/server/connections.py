"""granian's event loop and connections in one worker process, bound to the gateway."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from asyncio.tasks import _enter_task, _leave_task
from collections.abc import Callable
from functools import partial
from typing import Any

from granian._granian import ASGIWorker, CallbackScheduler, WorkerSignal
from granian.server.common import WORKERS_METHODS
from granian.server.mp import WorkerProcess

from mtc.server.exchange import Exchange
from mtc.server.gateway import Gateway

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)
SPARE_THREADS = 4
"""Threads of granian beside those that work on requests: they only hand over bodies and cached pages."""


class StopSignals:
    """SIGINT and SIGTERM of a worker process, taken by a thread of their own, of which the first counts.

    Ctrl-C in a terminal signals every process and the parent then signals the workers again: granian 2.8.7
    hung in a third of such stops when both interrupted its main thread. A signal before then() is called
    ends the process at once.
    """

    def __init__(self) -> None:
        self._stop: Callable[[], None] | None = None
        signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
        threading.Thread(target=self._wait, daemon=True).start()

    def then(self, stop: Callable[[], None]) -> None:
        """Call `stop` for the first signal."""
        self._stop = stop

    def _wait(self) -> None:
        signal.sigwait(STOP_SIGNALS)
        if not self._stop:
            os._exit(0)
        self._stop()


class Scheduler(CallbackScheduler):
    """Hands each request to the gateway in the thread that granian brings it in.

    granian's own schedulers hand it to the event loop first, which costs two more changes of threads.
    """

    __slots__ = ()

    def __init__(self, loop: Any, callback: Any, *task_functions: Any) -> None:
        super().__init__()
        accept: Callable[[Exchange], None] = callback
        self._schedule_fn = lambda watcher: accept(Exchange(watcher))

    def cancel(self) -> bool:
        """Part of what granian expects of a task."""
        return False

    def cancelling(self) -> int:
        """Part of what granian expects of a task."""
        return 0

    def uncancel(self) -> int:
        """Part of what granian expects of a task."""
        return 0


@WorkerProcess.wrap_target
def serve_connections(
    number: int,
    loaded: tuple[Gateway, StopSignals],
    socket: Any,
    ipc: Any,
    loop: asyncio.AbstractEventLoop,
    mode: Any,
    runtime_threads: int,
    runtime_blocking_threads: int | None,
    *options: Any,
) -> None:
    """Serve until a stop signal, then until everything has been answered.

    granian's spawn function of an ASGI worker, with the gateway in place of an application; the arguments
    are granian's.
    """
    gateway, signals = loaded
    _, idle, backpressure, _, http, http1, http2, sockets, files, _, tls, _, metrics = options
    ended, stop = asyncio.Event(), WorkerSignal()
    stop.add_cb(lambda: loop.call_soon_threadsafe(ended.set))
    signals.then(stop.set)
    native: Any = ASGIWorker  # its type stubs are older than its arguments
    worker = native(
        number, socket, ipc, runtime_threads, runtime_blocking_threads, gateway.threads + SPARE_THREADS, idle,
        backpressure, http, http1, http2, sockets, files, *tls, metrics,
    )  # fmt: skip
    serve = getattr(worker, WORKERS_METHODS[mode][(socket[0] or socket[1]).is_uds()])
    task_functions = None, partial(_enter_task, loop), partial(_leave_task, loop)
    serve(Scheduler(loop, gateway.accept, *task_functions), loop, stop)

    async def until_stopped() -> None:
        await ended.wait()
        await gateway.drain()

    loop.run_until_complete(until_stopped())
