"""The parent process of `mtc serve`: starts the worker processes, replaces them, stops them gently."""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
import socket
import threading
import time
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels, logger
from granian.net import SocketSpec
from granian.server.mp import MPServer, WorkerProcess

from mtc.processes.heartbeat import Heartbeats, watch
from mtc.server.connections import STOP_SIGNALS
from mtc.server.hooks import Hooks, StartError
from mtc.server.worker import Worker, run_worker

STOP_SECONDS = 30
"""How long a stopping worker process may finish requests and tasks before it is killed."""
HEADER_MILLISECONDS = 10_000
"""How long a client may take to send its headers, and how long an unused connection is kept."""
CONNECTIONS, SPARE_FILES = 16_384, 256
"""Open connections of one process at most; files it may need besides, where the system permits fewer."""
SOON_SECONDS, PAUSE_SECONDS = 5.0, 0.5
"""A process that dies within so many seconds of the last one that was replaced; how long to wait then."""


class _Forgotten(dict[int, float]):
    """Empty record of restarts, which granian reads to detect a loop of crashes."""

    def get(self, index: int, default: Any = None) -> Any:
        """Nothing, however often a process was replaced."""
        return default


class Child(WorkerProcess):
    """A worker process that one thread waits for: the kernel tells only one about an end. The others hear
    that there is no such child, which granian 2.8.7 on a busy machine takes for one that refuses to stop.

    A stop that comes while the process starts waits until it can be told: until it has set its own, the
    process has the parent's handlers, which would swallow it.
    """

    def start(self) -> None:
        """Start the process, with stops blocked in it from its first moment."""
        signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
        try:
            super().start()
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)

    def _watch(self) -> None:
        self._watching = threading.Thread(target=self._watcher)
        self._watching.start()

    def is_alive(self) -> bool:
        """Return whether its end has not been seen yet."""
        return self._watching.is_alive()

    def join(self, timeout: float | None = None) -> None:
        """Wait for its end, `timeout` seconds at most."""
        self._watching.join(timeout)


class Server(MPServer):
    """granian's server, except for two things.

    Processes that die are not replaced before the first start succeeded, afterwards always, where granian
    ends when one dies soon after it was replaced; those that hang are killed and replaced as well. And all
    processes take connections from one queue: with a socket each (SO_REUSEPORT) the kernel goes on handing
    connections to a process that hangs.
    """

    def __init__(self, up: Any, beats: Heartbeats, **options: Any) -> None:
        super().__init__(**options)
        self._up, self._beats = up, beats
        self.respawned_wrks = _Forgotten()
        self._replaced = float("-inf")
        self._stays = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
        # A process that fails to start has said why; granian's line about it would be the second. That
        # there are more threads than processors is meant.
        quiet = ("Unexpected exit", "Configuration allows spawning")
        logger.addFilter(lambda record: bool(up.value) or not record.getMessage().startswith(quiet))

    def signal_handler_interrupt(self, *args: Any, **kwargs: Any) -> None:
        """Stop; what a terminal's Ctrl-C already did to the workers is no crash."""
        for worker in self.wrks:
            worker.interrupt_by_parent = True
        super().signal_handler_interrupt(*args, **kwargs)

    def signal_handler_reload(self, *args: Any, **kwargs: Any) -> None:
        """SIGHUP: a closed terminal ends the server instead of renewing its workers; nohup still works."""
        if not self._stays:
            self.signal_handler_interrupt(*args, **kwargs)

    def pids(self) -> dict[int, int]:
        """The running worker processes by their number, counted from 0."""
        return {worker.idx: worker.inner.pid for worker in list(self.wrks) if worker.is_alive()}

    def _init_shared_socket(self) -> None:
        holder: Any = SocketSpec(self.bind_addr, self.bind_port, self.backlog).build()
        self._shd, self._sfd = holder, holder.get_fd()
        self._sso = socket.socket(fileno=self._sfd)
        self._sso.set_inheritable(True)

    def _spawn_worker(self, *args: Any, **options: Any) -> WorkerProcess:
        self._beats.clear(options["idx"])
        worker = super()._spawn_worker(*args, **options)
        worker.__class__ = Child  # granian asks no factory for it
        return worker

    def _respawn_workers(self, *args: Any, **options: Any) -> None:
        if time.monotonic() - self._replaced < SOON_SECONDS:
            time.sleep(PAUSE_SECONDS)  # what dies at once for ever must not take a whole processor
        self._replaced = time.monotonic()
        super()._respawn_workers(*args, **options)

    def _serve_loop(self, *args: Any) -> None:
        self.main_loop_interrupt.wait()
        self.respawn_failed_workers = bool(self._up.value)
        super()._serve_loop(*args)


def serve(
    hooks: Hooks, *, host: str = "127.0.0.1", port: int = 8000, workers: int = 1, threads: int = 4
) -> None:
    """Serve until SIGINT, SIGTERM or SIGHUP, then finish the requests and tasks that run and return.

    Call it from a process that has not imported the application: the parent stays at 30 MB.
    Raises StartError when the port is taken or the address is not this machine's; SystemExit(1) when a
    worker process cannot start (it has said why).
    """
    check_port(host, port)
    up, prepared = multiprocessing.Value("b", 0), multiprocessing.Value("b", 0)
    beats = Heartbeats(multiprocessing.Array("d", workers, lock=False))
    worker = Worker(hooks, (host, port), threads, up, prepared, beats)
    _, files = resource.getrlimit(resource.RLIMIT_NOFILE)
    server = Server(
        up,
        beats,
        target=hooks.create,
        address=host,
        port=port,
        interface=Interfaces.ASGINL,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_MILLISECONDS),
        websockets=False,
        workers=workers,
        backpressure=min(CONNECTIONS, max(64, files - SPARE_FILES)) if files > 0 else CONNECTIONS,
        workers_kill_timeout=STOP_SECONDS,
        log_level=LogLevels.warning,
    )
    watch(beats, server.pids)
    load: Any = worker
    server.serve(spawn_target=run_worker, target_loader=load, wrap_loader=False)


def check_port(host: str, port: int) -> None:
    """Raise StartError when nothing could listen on host and port.

    granian binds with SO_REUSEPORT, so a second server on the same port would start and silently take half
    of the visitors; an exclusive bind beforehand tells.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno else str(error)
            message = f"Cannot listen on {host}:{port}: {reason}. Choose another port with PORT=."
            raise StartError(message) from error
