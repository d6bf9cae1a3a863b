"""Visitors who send or take bytes slowly hold nobody else up."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from mtc.processes.ports import free_port
from tests.security.slow_site import LARGE, STREAMS
from tests.server.test_serve import read_until, wait_for

HEAD = "Host: a\r\nContent-Type: text/plain\r\n"


@pytest.fixture
def port() -> Iterator[int]:
    """A server with four working threads: tests.security.slow_site."""
    number = free_port()
    command = [sys.executable, "-m", "tests.security.slow_site"]
    process = subprocess.Popen(
        command,
        env={**os.environ, "PORT": str(number)},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        read_until(process, "ready")
        yield number
    finally:
        process.kill()
        process.communicate()


def _open(port: int, text: str) -> socket.socket:
    made = socket.create_connection(("127.0.0.1", port), 20)
    made.sendall(text.encode())
    return made


def _ask(port: int, text: str) -> str:
    with _open(port, text) as made:
        found = b""
        while more := made.recv(65536):
            found += more
        return found.decode()


GET = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
POST = f"POST / HTTP/1.1\r\n{HEAD}Content-Length: 5\r\nConnection: close\r\n\r\nwhole"


MANY = 300


@pytest.mark.parametrize(
    "how", ["Content-Length: 1000", "Transfer-Encoding: chunked", "Content-Length: 9000000"]
)
def test_slow_senders(port: int, how: str) -> None:
    """More than there are threads, and more of one address than may be on their way at a time."""
    with ExitStack() as stack:
        for _ in range(MANY):
            stack.enter_context(_open(port, f"POST / HTTP/1.1\r\n{HEAD}{how}\r\n\r\n1"))
        assert _ask(port, GET).startswith("HTTP/1.1 200")
        assert _ask(port, POST).endswith("5")


def test_one_who_sends_half_of_everything_is_sent_away_and_stops_nobody(port: int) -> None:
    """Case A1: with granian's WSGI interface everybody waits after the 408 until that socket closes."""
    with _open(port, f"POST / HTTP/1.1\r\n{HEAD}Content-Length: 1000\r\n\r\n1") as slow:
        assert slow.recv(100).startswith(b"HTTP/1.1 408")
        assert _ask(port, GET).startswith("HTTP/1.1 200")
        assert _ask(port, POST).endswith("5")


def test_a_thread_that_reads_on_stops_everybody_without_the_gateway() -> None:
    """The control: granian's own WSGI interface, with the time limit in a thread."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--blocking-threads", "8", "--no-ws"]
    target = ["--http", "1", "--port", str(port), "tests.security.slow_site:plain"]
    process = subprocess.Popen(
        [*command, *target], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        wait_for(lambda: _listens(port))
        with _open(port, f"POST / HTTP/1.1\r\n{HEAD}Content-Length: 1000\r\n\r\n1") as slow:
            assert slow.recv(100).startswith(b"HTTP/1.1 408")
            with _open(port, GET) as other:
                other.settimeout(1)
                with pytest.raises(TimeoutError):
                    other.recv(100)
    finally:
        os.killpg(process.pid, signal.SIGKILL)  # the worker as well, which a stop would not reach
        process.wait()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_slow_takers(port: int) -> None:
    """Whoever has taken for longest makes room for the next; whoever takes what is sent gets all of it."""
    with ExitStack() as stack:
        takers = []
        for _ in range(STREAMS + 2):
            takers.append(stack.enter_context(_open(port, "GET /large HTTP/1.1\r\nHost: a\r\n\r\n")))
            assert takers[-1].recv(15) == b"HTTP/1.1 200 OK"
        assert _ask(port, GET).startswith("HTTP/1.1 200")
        assert _ask(port, POST).endswith("5")
        assert [_is_whole(takers[at]) for at in (0, 1, 2, -1)] == [False, False, True, True]


def _is_whole(taker: socket.socket) -> bool:
    size = 0
    while size < LARGE and (part := taker.recv(1 << 20)):
        size += len(part)
    return size >= LARGE


def test_a_body_above_the_limit_without_a_length(port: int) -> None:
    with _open(port, f"POST / HTTP/1.1\r\n{HEAD}Transfer-Encoding: chunked\r\n\r\n") as made:
        try:
            for _ in range(40):
                made.sendall(b"100000\r\n" + b"x" * 0x100000 + b"\r\n")
        except OSError:  # it has heard enough
            return
        assert made.recv(15).startswith(b"HTTP/1.1 413")
