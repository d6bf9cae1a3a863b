"""Response of the WSGI application, sent without a thread waiting for the client."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from mtc.server.served_app import Environ, Headers
from mtc.server.wsgi_body import close

Send = Callable[[dict[str, Any]], Awaitable[None]]
AT_ONCE = 256 * 1024
"""Answers up to so many bytes are taken from the application whole, in its thread."""
STALL_SECONDS = 30.0
"""How long a client may take nothing of a stream before the connection is closed."""


@dataclass(slots=True)
class Answer:
    """Status, headers and either the whole body or the iterable that makes it, which must be closed."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes
    stream: Iterable[bytes] | None = None


def run_wsgi(application: Callable[..., Iterable[bytes]], environ: Environ) -> Answer:
    """Call the application in this thread and take what it answers; whole, unless it is a long stream."""
    started: list[Any] = []

    def start_response(status: str, headers: Headers, exc_info: Any = None) -> Callable[[bytes], None]:
        started[:] = [status, headers]
        return _no_write

    body = application(environ, start_response)
    try:
        if isinstance(body, list | tuple):
            content: bytes | None = b"".join(body)
        else:
            length = next((value for name, value in started[1] if name.lower() == "content-length"), "")
            short = not length.isdigit() or int(length) <= AT_ONCE
            content = b"".join(body) if short else None
    except BaseException:
        close(body)
        raise
    status, headers = started
    is_head = environ["REQUEST_METHOD"] == "HEAD"
    if content is None and not is_head:
        return Answer(int(status[:3]), encode(headers), b"", body)
    close(body)
    return Answer(int(status[:3]), encode(headers), b"" if is_head else content or b"")


def encode(headers: Headers) -> list[tuple[bytes, bytes]]:
    """Headers as ASGI wants them: bytes, names in lower case."""
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]


async def send_stream(
    send: Send, answer: Answer, threads: ThreadPoolExecutor, gone: asyncio.Future[Any]
) -> None:
    """Send part after part, each once the client has taken those before it.

    Ends early, which closes the connection, when `gone` is done or the client takes nothing for
    STALL_SECONDS. The iterable is advanced and closed in one of `threads`.
    """
    loop = asyncio.get_running_loop()
    assert answer.stream is not None
    parts: Iterator[bytes] = iter(answer.stream)
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
    try:
        while not gone.done():
            part = await loop.run_in_executor(threads, next, parts, None)
            if part is None:
                await send({"type": "http.response.body", "body": b""})
                return
            async with asyncio.timeout(STALL_SECONDS):
                await send({"type": "http.response.body", "body": part, "more_body": True})
    except TimeoutError:
        return
    finally:
        threads.submit(close, answer.stream)


def _no_write(_data: bytes) -> None:
    raise TypeError("The write() of WSGI is not supported: return the body.")
