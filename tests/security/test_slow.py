"""Visitors who send or take bytes slowly hold nobody else up."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from mtc.middleware.doors import FROM_ONE, WAITING
from tests.server.test_serve import read_until

HEAD = "Host: a\r\nContent-Type: text/plain\r\n"


@pytest.fixture
def port() -> Iterator[int]:
    """A server with four working threads: tests.security.slow_site."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
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


@pytest.mark.parametrize(
    "how", ["Content-Length: 1000", "Transfer-Encoding: chunked", "Content-Length: 9000000"]
)
def test_slow_senders(port: int, how: str) -> None:
    with ExitStack() as stack:
        for _ in range(FROM_ONE - 2):
            stack.enter_context(_open(port, f"POST / HTTP/1.1\r\n{HEAD}{how}\r\n\r\n1"))
        assert _ask(port, GET).startswith("HTTP/1.1 200")
        assert _ask(port, POST).endswith("5")


def test_one_who_sends_half_of_everything_is_sent_away(port: int) -> None:
    begun = time.monotonic()
    with _open(port, f"POST / HTTP/1.1\r\n{HEAD}Content-Length: 1000\r\n\r\n1") as slow:
        assert slow.recv(100).startswith(b"HTTP/1.1 408")
    assert time.monotonic() - begun < 10


def test_slow_takers(port: int) -> None:
    with ExitStack() as stack:
        for _ in range(FROM_ONE):
            taker = stack.enter_context(_open(port, "GET /large HTTP/1.1\r\nHost: a\r\n\r\n"))
            assert taker.recv(15) == b"HTTP/1.1 200 OK"
        assert _ask(port, GET).startswith("HTTP/1.1 200")
        assert _ask(port, POST).endswith("5")
        assert _ask(port, "GET /large HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").startswith(
            "HTTP/1.1 503"
        )
    for _ in range(FROM_ONE + WAITING):  # whoever leaves makes room, sooner or later
        with _open(port, "GET /large HTTP/1.1\r\nHost: a\r\n\r\n") as taker:
            if taker.recv(15) == b"HTTP/1.1 200 OK":
                return
    raise AssertionError("the room was not given back")


def test_a_body_above_the_limit_without_a_length(port: int) -> None:
    with _open(port, f"POST / HTTP/1.1\r\n{HEAD}Transfer-Encoding: chunked\r\n\r\n") as made:
        try:
            for _ in range(40):
                made.sendall(b"100000\r\n" + b"x" * 0x100000 + b"\r\n")
        except OSError:  # it has heard enough
            return
        assert made.recv(15).startswith(b"HTTP/1.1 413")
