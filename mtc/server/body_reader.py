"""Reading the body of a request with a time limit, before a thread is taken for it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

Receive = Callable[[], Awaitable[dict[str, Any]]]

BODY_SECONDS = 15.0
"""What a body may take beside what it needs at BODY_RATE; for uploads also the longest pause."""
BODY_RATE = 8 * 1024
"""The slowest that counts as sending, in bytes a second (as MinRate of Apache's mod_reqtimeout)."""


class GoneError(Exception):
    """The client has gone before its request was whole."""


class TooLargeError(Exception):
    """More bytes than the limit."""


async def read_body(receive: Receive, largest: int) -> bytes:
    """The whole body. Raises GoneError, TooLargeError, and TimeoutError when it comes too slowly."""
    loop = asyncio.get_running_loop()
    begun, parts, size = loop.time(), [], 0
    async with asyncio.timeout(BODY_SECONDS) as limit:
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise GoneError
            part = message.get("body", b"")
            size += len(part)
            if size > largest:
                raise TooLargeError
            parts.append(part)
            if not message.get("more_body"):
                return parts[0] if len(parts) == 1 else b"".join(parts)
            limit.reschedule(begun + BODY_SECONDS + size / BODY_RATE)


async def wait_until_gone(receive: Receive) -> None:
    """Return once the client has closed the connection; the body must have been read before."""
    while (await receive())["type"] != "http.disconnect":
        pass


class UploadStream:
    """wsgi.input of a large body: a thread reads what arrives, and never waits for longer than the limit.

    A body that stops arriving ends here, short of its Content-Length, which the application takes for what
    it is: a client that has gone.
    """

    def __init__(self, receive: Receive, loop: asyncio.AbstractEventLoop) -> None:
        self._receive, self._loop = receive, loop
        self._rest, self._whole, self._size = b"", False, 0
        self._begun = loop.time()

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes, all that follows where it is negative; b"" at the end."""
        if size < 0:
            parts = []
            while part := self.read(2**20):
                parts.append(part)
            return b"".join(parts)
        if not self._rest and not self._whole:
            self._fetch()
        part, self._rest = self._rest[:size], self._rest[size:]
        return part

    def readline(self, size: int = -1) -> bytes:
        """One line, or the first `size` bytes of it."""
        while (end := self._rest.find(b"\n")) < 0 and not self._whole and not 0 <= size <= len(self._rest):
            before, self._rest = self._rest, b""
            self._fetch()
            self._rest = before + self._rest
        stop = len(self._rest) if end < 0 else end + 1
        return self.read(min(stop, size) if size >= 0 else stop) if stop else b""

    def _fetch(self) -> None:
        self._rest = asyncio.run_coroutine_threadsafe(self._next(), self._loop).result()
        self._size += len(self._rest)

    async def _next(self) -> bytes:
        slowest = self._begun + BODY_SECONDS * 2 + self._size / BODY_RATE
        try:
            async with asyncio.timeout(min(BODY_SECONDS, max(0.0, slowest - self._loop.time()))):
                while True:
                    message = await self._receive()
                    self._whole = not message.get("more_body")
                    if self._whole or message.get("body"):
                        return bytes(message.get("body", b""))
        except TimeoutError:
            self._whole = True
            return b""
