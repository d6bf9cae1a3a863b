"""Serve the WSGI application with granian: start, announce, stop without cutting anything off."""

import ctypes
import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from granian import _signals
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels, logger
from granian.server.mp import MPServer, WorkerProcess

STOP_SECONDS = 30
"""How long a stopping worker process may finish requests and tasks before it is killed."""
HEADER_MILLISECONDS = 10_000
"""How long a client may take to send its headers; half a request must not hold up a stop for longer."""
WAITING_THREADS = 56
"""Threads besides the working ones, for visitors who send or take bytes slowly (mtc.middleware.doors)."""
SOON_SECONDS, PAUSE_SECONDS = 5.0, 0.5
"""A process that dies within so many seconds of the last one that was replaced; how long to wait then."""
READY_POLL_SECONDS = 0.01
PR_SET_PDEATHSIG, M_MMAP_THRESHOLD = 1, -3
FAILED, DONE = 1, 2
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class StartError(Exception):
    """The server cannot start; the message is the one line to show."""


@dataclass(frozen=True)
class Hooks:
    """Dotted "module:function" names, resolved in the worker process so that the parent stays small.

    create: () -> WSGI application; prepare: () -> None, once, before create (migrations, demo data);
    start: (app) -> None, in every worker process before it listens; ready: (app) -> None, in the first
    worker process once the port answers (print the addresses); stop: (app) -> None, in every worker process
    after the last request (let the running tasks finish).
    """

    create: str
    prepare: str | None = None
    start: str | None = None
    ready: str | None = None
    stop: str | None = None


@dataclass
class Worker:
    """What one worker process does besides answering; built in the parent, used in the child."""

    hooks: Hooks
    address: tuple[str, int]
    up: Any
    prepared: Any
    app: Any = None

    def __call__(self) -> Any:
        """Prepare once among all processes, create the application and run its start hook."""
        with self.prepared.get_lock():
            if self.prepared.value == FAILED:
                sys.exit(1)
            if not self.prepared.value:
                self.prepared.value = FAILED
                self._prepare()
                self.prepared.value = DONE
        app = resolve(self.hooks.create)()
        _call(self.hooks.start, app)
        self.app = app
        threading.Thread(target=self._announce, daemon=True).start()
        return app

    def _prepare(self) -> None:
        try:
            _call(self.hooks.prepare)
        except Exception as error:
            line = str(error) if isinstance(error, StartError) else _sentence(error)
            if line is None:
                raise
            # While the lock is held: who waits for it ends at once, and the parent then ends all others.
            print(f"mtc: {line}", file=sys.stderr, flush=True)
            sys.exit(1)

    def _announce(self) -> None:
        while not _answers(self.address):
            time.sleep(READY_POLL_SECONDS)
        with self.up.get_lock():
            first = not self.up.value
            self.up.value = 1
        if first:
            _call(self.hooks.ready, self.app)

    def unload(self) -> None:
        """Run the stop hook, if the application ever came up."""
        if self.app is not None:
            _call(self.hooks.stop, self.app)


class _Forgotten(dict[int, float]):
    """When processes were replaced, as granian asks for it to tell a loop of crashes: never."""

    def get(self, index: int, default: Any = None) -> Any:
        """Nothing, however often a process was replaced."""
        return default


class Child(WorkerProcess):
    """A worker process that one thread waits for: the kernel tells only one about an end. The others hear
    that there is no such child, which granian 2.8.7 on a busy machine takes for one that refuses to stop.
    """

    def _watch(self) -> None:
        self._watching = threading.Thread(target=self._watcher)
        self._watching.start()

    def is_alive(self) -> bool:
        """Whether its end has not been seen yet."""
        return self._watching.is_alive()

    def join(self, timeout: float | None = None) -> None:
        """Wait for its end, `timeout` seconds at most."""
        self._watching.join(timeout)


class Server(MPServer):
    """granian's server, except for processes that die: before the first start succeeded they are not
    replaced, afterwards always, where granian ends when one dies soon after it was replaced.
    """

    def __init__(self, up: Any, **options: Any) -> None:
        super().__init__(**options)
        self._up = up
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

    def _spawn_worker(self, *args: Any, **options: Any) -> WorkerProcess:
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
    worker = Worker(hooks, (host, port), up, prepared)
    server = Server(
        up,
        target=hooks.create,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_MILLISECONDS),
        websockets=False,
        workers=workers,
        blocking_threads=threads + WAITING_THREADS,
        workers_kill_timeout=STOP_SECONDS,
        log_level=LogLevels.warning,
    )
    server.serve(spawn_target=_run, target_loader=worker, wrap_loader=False)


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


def resolve(name: str) -> Callable[..., Any]:
    """Import "module:function" and return the function."""
    module, _, attribute = name.partition(":")
    function: Callable[..., Any] = getattr(import_module(module), attribute)
    return function


def _sentence(error: Exception) -> str | None:
    """The line for people; looked up only when something failed, so that the server stays small."""
    line: str | None = import_module("mtc.failures").sentence(error)
    return line


def _call(name: str | None, *args: Any) -> None:
    if name:
        resolve(name)(*args)


def _answers(address: tuple[str, int]) -> bool:
    # A whole request: after bare connections granian 2.8.7 hung in some stops that came soon after.
    host, port = address
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    try:
        with socket.create_connection((here, port), 1) as client:
            client.sendall(b"HEAD /favicon.ico HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            return client.recv(12).startswith(b"HTTP/1.")
    except OSError:
        return False


def _run(number: int, name: str | None, worker: Worker, *rest: Any) -> None:
    """Be a worker process: load, answer until told to stop, unload."""
    _settle()
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # the parent decides
    signals = StopSignals()
    _signals.set_main_signals = signals.call
    try:
        MPServer._spawn_wsgi_worker(number, name, worker, *rest)
    except StartError as error:
        sys.exit(f"mtc: {error}")
    finally:
        worker.unload()


class StopSignals:
    """SIGINT and SIGTERM of a worker process, taken by a thread of their own, of which the first counts.

    Ctrl-C in a terminal signals every process and the parent then signals the workers again: granian 2.8.7
    hung in a third of such stops when both interrupted its main thread. A signal before granian is ready
    ends the process at once.
    """

    def __init__(self) -> None:
        self._stop: Callable[..., None] | None = None
        signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
        threading.Thread(target=self._wait, daemon=True).start()

    def call(self, stop: Callable[..., None], reload: Callable[..., None] | None = None) -> None:
        """Stand in for granian's set_main_signals()."""
        self._stop = stop

    def _wait(self) -> None:
        number = signal.sigwait(STOP_SIGNALS)
        if not self._stop:
            os._exit(0)
        self._stop(number, None)


def _settle() -> None:
    """Have the kernel stop this process when its parent is killed, or it would hold the port for ever, and
    glibc give back what is large: else each thread keeps the 20 MB that checking a password takes.
    """
    if sys.platform == "linux":
        library = ctypes.CDLL(None)
        library.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if hasattr(library, "mallopt"):  # other C libraries have none
            library.mallopt(M_MMAP_THRESHOLD, 1 << 20)
