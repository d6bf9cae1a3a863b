"""Who sends or takes bytes slowly waits outside, and holds no place where pages are made.

The server has many threads, most of which wait for the network; only `places` of them work at a time.
Without this as many slow uploads or downloads as there are threads would stop every store.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from mtc.core import journal
from mtc.middleware.answers import close, whole
from mtc.middleware.security import bare_headers

BODY_SECONDS, ROOM_SECONDS = 15.0, 2.0  # for a whole body to arrive; for room among the waiting ones
WAITING, FROM_ONE = 24, 8  # bodies that may be on their way at a time, and as many streams; of one visitor
AT_ONCE = 256 * 1024  # answers up to this are handed to the server whole
_BUSY = "Too many at once. Try again in a moment."
_LATE = "That took too long to arrive. Try again."
_LARGE = "This is too large. Send less at once."


class Doors:
    """Reads small bodies before the request gets a place; lets large ones and streams do without one."""

    def __init__(self, wsgi_app: Any, *, places: int, largest: int, secure: bool = False) -> None:
        self._wsgi_app, self._largest, self._secure = wsgi_app, largest, secure
        self._places = threading.Semaphore(places)
        self._bodies, self._streams = _Crowd(), _Crowd()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        who = str(environ.get("REMOTE_ADDR", ""))
        told = environ.get("CONTENT_LENGTH") or ""
        length = int(told) if told.isascii() and told.isdecimal() else None
        chunked = "HTTP_TRANSFER_ENCODING" in environ
        if not chunked and not length:
            return self._answer(who, environ, start_response)
        large = not chunked and length is not None and length > self._largest
        with self._bodies.joined(who) as welcome:
            if not welcome:
                return self._refuse(start_response, who, "503 Service Unavailable", _BUSY)
            if large:
                environ["wsgi.input"] = _Unhurried(environ["wsgi.input"], self._places)
                return self._answer(who, environ, start_response)
            body = _read(environ["wsgi.input"], self._largest + 1 if chunked else length or 0)
        if body is None:
            return self._refuse(start_response, who, "408 Request Timeout", _LATE)
        if len(body) > self._largest:
            return self._refuse(start_response, who, "413 Content Too Large", _LARGE)
        environ["wsgi.input"] = BytesIO(body)
        if chunked:
            environ["CONTENT_LENGTH"] = str(len(body))
        return self._answer(who, environ, start_response)

    def _answer(
        self, who: str, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        said: list[Any] = []

        def note(*told: Any) -> Any:
            said[:] = told
            return lambda _data: None

        with self._places:
            body = self._wsgi_app(environ, note)
            if not isinstance(body, list | tuple):
                size = next((v for k, v in said[1] if k.lower() == "content-length"), "")
                if not size.isdigit() or int(size) <= AT_ONCE:
                    body = [whole(body)]
        if isinstance(body, list | tuple) or environ["REQUEST_METHOD"] == "HEAD":
            start_response(*said)
            return body
        if not self._streams.join(who):
            close(body)
            return self._refuse(start_response, who, "503 Service Unavailable", _BUSY)
        start_response(*said)
        return _Stream(body, lambda: self._streams.leave(who))

    def _refuse(
        self, start_response: Callable[..., Any], who: str, status: str, sentence: str
    ) -> list[bytes]:
        journal.begin(ip=who)
        journal.refuse("request.refused", status=int(status[:3]))
        body = (sentence + "\n").encode()
        headers = [
            *bare_headers(secure=self._secure),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("Retry-After", "5"),
            ("Connection", "close"),
        ]
        start_response(status, headers)
        return [body]


class _Crowd:
    """Counts who is on the way, in all and of one address."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._by: Counter[str] = Counter()

    def join(self, who: str) -> bool:
        """Whether there is, or soon will be, room for one more of this address."""
        with self._changed:
            room = self._changed.wait_for(
                lambda: self._by.total() < WAITING and self._by[who] < FROM_ONE, ROOM_SECONDS
            )
            if room:
                self._by[who] += 1
            return room

    def leave(self, who: str) -> None:
        """One less."""
        with self._changed:
            self._by[who] -= 1
            if self._by[who] <= 0:
                del self._by[who]
            self._changed.notify_all()

    @contextmanager
    def joined(self, who: str) -> Iterator[bool]:
        """Join for the length of the block, if there is room."""
        welcome = self.join(who)
        try:
            yield welcome
        finally:
            if welcome:
                self.leave(who)


class _Unhurried:
    """A large body, for which the place is given up while bytes are on their way."""

    def __init__(self, raw: Any, places: threading.Semaphore) -> None:
        self._raw, self._places = raw, places

    def read(self, size: int = -1) -> bytes:
        """Up to so many bytes."""
        self._places.release()
        try:
            data: bytes = self._raw.read(size)
            return data
        finally:
            self._places.acquire()

    def readline(self, size: int = -1) -> bytes:
        """One line."""
        self._places.release()
        try:
            data: bytes = self._raw.readline(size)
            return data
        finally:
            self._places.acquire()


class _Stream:
    """A long answer on its way out; whatever ends it makes room for another."""

    def __init__(self, body: Iterable[bytes], done: Callable[[], None]) -> None:
        self._body, self._next, self._done = body, iter(body), [done]

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            return next(self._next)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Told by the server when the answer has gone or the visitor has."""
        if self._done:
            self._done.pop()()
            close(self._body)

    def __del__(self) -> None:
        self.close()


def _read(raw: Any, most: int) -> bytes | None:
    """The body, or None when it does not come within BODY_SECONDS: the server itself would wait for ever."""
    found: list[bytes] = []

    def read() -> None:
        try:
            found.append(raw.read(most))
        except OSError:  # the visitor has gone
            found.append(b"")

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    reader.join(BODY_SECONDS)
    return found[0] if found else None
