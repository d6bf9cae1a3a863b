"""From the server's connections to the WSGI application and back, without a thread waiting for a client.

granian's own WSGI interface reads a body in the thread that works on the request, without a time limit, and a
reader that is still alive when the answer leaves stops the whole process (granian 2.8.7 and 2.8.9). Here the
event loop reads bodies and sends streams. A request without a body is answered in the thread that granian
brings it in, which costs no more than granian's WSGI interface (docs/decisions/0079-request-gateway.md).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from io import BytesIO
from typing import Any

from mtc.server.body_reader import GoneError, TooLargeError, UploadStream, read_body, wait_until_gone
from mtc.server.environ import build_environ
from mtc.server.exchange import Exchange
from mtc.server.fair_queue import BusyError, FairQueue
from mtc.server.responses import Answer, encode, run_wsgi, send_stream
from mtc.server.served_app import Environ, Site
from mtc.server.transfer_limits import EvictedError, Transfers

BODIES, BODIES_OF_ONE = 4096, 256
STREAMS, STREAMS_OF_ONE = 1024, 64
UPLOAD_THREADS, STREAM_THREADS = 8, 8
STUCK_SECONDS = 120.0
SENTENCES = {
    408: "That took too long to arrive. Try again.",
    413: "This is too large. Send less at once.",
    500: "Something went wrong on our side. Try again in a moment.",
    503: "Too many at once. Try again in a moment.",
}
_REFUSALS: dict[type[BaseException], int] = {
    TimeoutError: 408, TooLargeError: 413, EvictedError: 503, BusyError: 503,
}  # fmt: skip
log = logging.getLogger(__name__)


class Gateway:
    """Answers exchanges with the site's application, which works on `threads` requests at a time."""

    def __init__(self, site: Site, threads: int, loop: asyncio.AbstractEventLoop) -> None:
        self._site, self._loop, self.threads = site, loop, threads
        self._requests, self._uploads = FairQueue(threads), FairQueue(UPLOAD_THREADS)
        self._bodies = Transfers(BODIES, BODIES_OF_ONE)
        self._streams = Transfers(STREAMS, STREAMS_OF_ONE)
        self._threads = ThreadPoolExecutor(threads, "request")
        self._upload_threads = ThreadPoolExecutor(UPLOAD_THREADS, "upload")
        self._stream_threads = ThreadPoolExecutor(STREAM_THREADS, "stream")
        self._tasks: set[asyncio.Task[None]] = set()

    def accept(self, exchange: Exchange) -> None:
        """Answer a request, in this thread where it has no body. Called by the server's threads."""
        site = self._site
        if site.from_memory is not None and (kept_answer := site.from_memory(exchange.scope)) is not None:
            exchange.send(*kept_answer)
            return
        environ = build_environ(exchange.scope)
        if site.forward is not None:
            site.forward(environ)
        network = site.network(environ["REMOTE_ADDR"])
        length, chunked = environ.get("CONTENT_LENGTH", "0"), "HTTP_TRANSFER_ENCODING" in environ
        if length == "0" and not chunked:
            environ["wsgi.input"] = BytesIO()
            self._run(self._requests, network, environ, exchange)
        elif not chunked and _is_larger(length, site.largest_body):
            if not site.takes_upload(environ["PATH_INFO"]):
                self._refuse(environ, exchange, 413)
                return
            environ["wsgi.input"] = UploadStream(exchange.receive, self._loop)
            self._upload_threads.submit(self._run, self._uploads, network, environ, exchange)
        else:
            self._start(self._read(network, environ, exchange))

    def is_working(self) -> bool:
        """False when all places have been taken for so long that their threads must hang."""
        return not self._requests.is_stuck(STUCK_SECONDS)

    async def drain(self) -> None:
        """Return once every request has been answered."""
        while self._tasks or not self._requests.is_idle() or not self._uploads.is_idle():
            await asyncio.sleep(0.01)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        def start() -> None:
            task = self._loop.create_task(work)
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

        self._loop.call_soon_threadsafe(start)

    async def _read(self, network: str, environ: Environ, exchange: Exchange) -> None:
        try:
            with self._bodies.joined(network):
                body = await read_body(exchange.receive, self._site.largest_body)
        except GoneError:
            exchange.end()
        except (TimeoutError, TooLargeError, EvictedError) as error:
            self._refuse(environ, exchange, _REFUSALS[type(error)])
        else:
            environ["wsgi.input"] = BytesIO(body)
            # Also when it was chunked, since it is here whole.
            environ.pop("HTTP_TRANSFER_ENCODING", None)
            environ["CONTENT_LENGTH"] = str(len(body))
            self._threads.submit(self._run, self._requests, network, environ, exchange)

    def _run(self, queue: FairQueue, network: str, environ: Environ, exchange: Exchange) -> None:
        try:
            queue.run(network, partial(self._answer, network, environ, exchange))
        except BusyError:
            self._refuse(environ, exchange, 503)

    def _answer(self, network: str, environ: Environ, exchange: Exchange, late: bool) -> None:
        if late:
            self._refuse(environ, exchange, 503)
            return
        try:
            answer = run_wsgi(self._site.wsgi_app, environ)
        except Exception:
            log.exception("A request failed outside the application's own handling of errors.")
            self._refuse(environ, exchange, 500)
            return
        if answer.stream is None:
            exchange.send(answer.status, answer.headers, answer.body)
        else:
            self._start(self._stream(network, answer, exchange))

    async def _stream(self, network: str, answer: Answer, exchange: Exchange) -> None:
        gone = asyncio.ensure_future(wait_until_gone(exchange.receive))
        try:
            with self._streams.joined(network):
                await send_stream(exchange.send_part, answer, self._stream_threads, gone)
        except EvictedError:
            pass
        finally:
            gone.cancel()
            exchange.end()

    def _refuse(self, environ: Environ, exchange: Exchange, status: int) -> None:
        headers = self._site.refused(environ["REMOTE_ADDR"], status)
        more = [("Content-Type", "text/plain; charset=utf-8"), ("Connection", "close")]
        if status == 503:
            more.append(("Retry-After", "5"))
        exchange.send(status, encode([*headers, *more]), (SENTENCES[status] + "\n").encode())


def _is_larger(length: str, limit: int) -> bool:
    return length.isascii() and length.isdecimal() and (len(length) > 18 or int(length) > limit)


