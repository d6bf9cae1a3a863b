"""A worker process: prepares once among all, makes the application and answers until it is told to stop."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
import threading
import time
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from mtc.processes.heartbeat import BEAT_SECONDS, Heartbeats
from mtc.processes.process_setup import settle
from mtc.server.connections import StopSignals, serve_connections
from mtc.server.gateway import Gateway
from mtc.server.hooks import Hooks, StartError, call, resolve
from mtc.server.served_app import as_site

READY_POLL_SECONDS = 0.01
FAILED, DONE = 1, 2


@dataclass
class Worker:
    """Work of one worker process besides answering; built in the parent, used in the child.

    `threads` is how many requests the application answers at a time.
    """

    hooks: Hooks
    address: tuple[str, int]
    threads: int
    up: Any
    prepared: Any
    beats: Heartbeats
    index: int = 0
    signals: StopSignals | None = None
    app: Any = None

    def __call__(self) -> tuple[Gateway, StopSignals]:
        """Prepare once among all processes, create the application and run its start hook."""
        with self.prepared.get_lock():
            if self.prepared.value == FAILED:
                sys.exit(1)
            if not self.prepared.value:
                self.prepared.value = FAILED
                self._prepare()
                self.prepared.value = DONE
        app = resolve(self.hooks.create)()
        call(self.hooks.start, app)
        self.app = app
        loop = asyncio.get_event_loop_policy().get_event_loop()
        gateway = Gateway(as_site(app), self.threads, loop)
        loop.call_soon(self._beat, loop, gateway)
        threading.Thread(target=self._announce, daemon=True).start()
        assert self.signals is not None
        return gateway, self.signals

    def _prepare(self) -> None:
        try:
            call(self.hooks.prepare)
        except Exception as error:
            line = str(error) if isinstance(error, StartError) else _sentence(error)
            if line is None:
                raise
            # While the lock is held: who waits for it ends at once, and the parent then ends all others.
            print(f"mtc: {line}", file=sys.stderr, flush=True)
            sys.exit(1)

    def _beat(self, loop: asyncio.AbstractEventLoop, gateway: Gateway) -> None:
        if gateway.is_working():
            self.beats.beat(self.index)
        loop.call_later(BEAT_SECONDS, self._beat, loop, gateway)

    def _announce(self) -> None:
        while not _answers(self.address):
            time.sleep(READY_POLL_SECONDS)
        with self.up.get_lock():
            first = not self.up.value
            self.up.value = 1
        if first:
            call(self.hooks.ready, self.app)

    def unload(self) -> None:
        """Run the stop hook, if the application ever came up."""
        if self.app is not None:
            call(self.hooks.stop, self.app)


def run_worker(number: int, name: str | None, worker: Worker, *rest: Any) -> None:
    """Be a worker process: load, answer until told to stop, unload."""
    settle()
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # the parent decides
    worker.index, worker.signals = number - 1, StopSignals()
    try:
        serve_connections(number, name, worker, *rest)
    except StartError as error:
        sys.exit(f"mtc: {error}")
    finally:
        worker.unload()


def _sentence(error: Exception) -> str | None:
    """The line for people; looked up only when something failed, so that the server stays small."""
    line: str | None = import_module("mtc.cli_errors").sentence(error)
    return line


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
