"""Sockets under one deadline: every wait gets only the time that is left of the whole call."""

from __future__ import annotations

import io
import socket
import time
from collections.abc import Callable
from http.client import HTTPConnection
from typing import Any

from mtc.core.i18n import _l
from mtc.infra.http.base import DeadlineError, UnreachableError

_PIECE = 16 * 1024


class Deadline:
    """A moment that does not move, however little by little the other side answers."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._ends = clock() + seconds

    def left(self) -> float:
        """Seconds left, more than 0; raises DeadlineError when there are none."""
        left = self._ends - self._clock()
        if left <= 0:
            raise DeadlineError(_l("The server did not answer in time."))
        return left


class _Reader(io.RawIOBase):
    def __init__(self, sock: Any, deadline: Deadline) -> None:
        self._socket = sock
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._socket.settimeout(self._deadline.left())
        return int(self._socket.recv_into(buffer))


class TimedSocket:
    """The few things that http.client wants of a socket, each within the deadline."""

    def __init__(self, sock: Any, deadline: Deadline) -> None:
        self._socket = sock
        self._deadline = deadline

    def sendall(self, data: Any) -> None:
        """Send all bytes in small pieces, so that a slow reader meets the deadline too."""
        view = memoryview(data)
        for start in range(0, len(view), _PIECE):
            self._socket.settimeout(self._deadline.left())
            self._socket.sendall(view[start : start + _PIECE])

    def makefile(self, mode: str) -> io.BufferedReader:
        """A buffered reader; it does not own the socket, the connection closes that."""
        return io.BufferedReader(_Reader(self._socket, self._deadline), _PIECE)

    def close(self) -> None:
        """Nothing: http.client closes before the body is read; the client closes the socket at the end."""


class WiredConnection(HTTPConnection):
    """An HTTP/1.1 connection over a socket that is connected already, to an address that was vetted."""

    def __init__(self, host: str, sock: TimedSocket) -> None:
        super().__init__(host)
        self.sock: Any = sock

    def connect(self) -> None:
        """Never again: a second connection would not be vetted."""
        raise UnreachableError(_l("The server closed the connection."))


def resolve(host: str, port: int, timeout: float) -> list[str]:
    """The addresses of a name, in the system's order; raises OSError, DeadlineError after `timeout` seconds.

    getaddrinfo cannot be interrupted: it runs in a thread that is left behind when it takes too long.
    """
    import threading  # noqa: PLC0415

    answer: list[Any] = []

    def ask() -> None:
        try:
            answer.append(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            answer.append(error)

    thread = threading.Thread(target=ask, name="mtc-resolve", daemon=True)
    thread.start()
    thread.join(timeout)
    if not answer:
        raise DeadlineError(_l("The server's name could not be looked up in time."))
    if isinstance(answer[0], Exception):
        raise OSError(str(answer[0]))
    return list(dict.fromkeys(str(entry[4][0]) for entry in answer[0]))


def connect(address: str, port: int, timeout: float) -> socket.socket:
    """A TCP connection to a numeric address: nothing is looked up here. Raises OSError."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.settimeout(timeout)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.connect((address, port))
    except BaseException:
        sock.close()
        raise
    return sock
