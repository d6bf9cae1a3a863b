"""Pages for anonymous visitors, answered from process memory before Flask is asked."""

from __future__ import annotations

import base64
import os
import secrets
import sys
import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from mtc.middleware.answers import whole
from mtc.tenants.services import directory
from mtc.web.site import KEY

MARK = "mtc.cacheable"
_KEEPS = ("HTTP_AUTHORIZATION", "HTTP_RANGE", "HTTP_HX_REQUEST", "HTTP_HX_REQUEST_TYPE")
_LARGEST_PAGE = 512 * 1024
_NONCES = 64
_nonces: deque[str] = deque()


@dataclass(frozen=True, slots=True)
class _Page:
    tenant_id: UUID
    version: int
    headers: list[tuple[str, str]]
    parts: list[bytes]
    policy: list[str]
    size: int


class PageCache:
    """Keyed by scheme, host, path and query; an entry counts while its tenant's content stands."""

    def __init__(self, wsgi_app: Any, *, megabytes: int) -> None:
        self._wsgi_app = wsgi_app
        self._room = megabytes * 2**20
        self._pages: OrderedDict[tuple[str, ...], _Page] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()
        self.hits = 0

    def clear(self) -> None:
        """Forget every page."""
        with self._lock:
            self._pages.clear()
            self._size = 0

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        answer = self.from_memory(environ)
        if answer is not None:
            start_response("200 OK", answer[1])
            return [answer[2]]
        key = self._key(environ)
        # The answer to a HEAD has no body: nothing for others.
        if key is None or environ["REQUEST_METHOD"] == "HEAD":
            return self._wsgi_app(environ, start_response)
        return self._render(key, environ, start_response)

    def from_memory(self, environ: dict[str, Any]) -> tuple[int, list[tuple[str, str]], bytes] | None:
        """Status, headers and body of a page that is kept; it takes microseconds and waits for nothing."""
        key = self._key(environ)
        page = self._pages.get(key) if key is not None else None
        if page is None or key is None:
            return None
        if directory.version(page.tenant_id) != page.version:
            with self._lock:
                self._drop(key)
            return None
        self.hits += 1
        headers, body = _fill(page)
        return 200, headers, b"" if environ["REQUEST_METHOD"] == "HEAD" else body

    def _key(self, environ: dict[str, Any]) -> tuple[str, ...] | None:
        """What the request's page is kept under; None for one that has to be made for this visitor."""
        if (
            not self._room
            or environ["REQUEST_METHOD"] not in ("GET", "HEAD")
            or any(k in environ for k in _KEEPS)
        ):
            return None
        cookies = environ.get("HTTP_COOKIE", "")
        if cookies and ("mtc_" in cookies or "theme=" in cookies):
            return None
        return (
            environ["wsgi.url_scheme"],
            environ.get("HTTP_HOST", ""),
            environ.get("PATH_INFO", ""),
            environ.get("QUERY_STRING", ""),
            "json" if "application/json" in environ.get("HTTP_ACCEPT", "") else "",
        )

    def _render(
        self, key: tuple[str, ...], environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        answer: list[Any] = []

        def catch(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            answer[:] = [status, headers, exc_info]
            return lambda _data: None

        # Nobody can know this text before the page is made, so no content can carry it; where the page is
        # kept, each answer gets a nonce of its own in its place.
        nonce = environ["mtc.nonce"] = secrets.token_urlsafe(16)
        made = self._wsgi_app(environ, catch)
        status, headers, exc_info = answer
        known = environ.get(KEY)
        store = known.store if known is not None else None
        personal = any(k == "Set-Cookie" for k, _ in headers)
        if not environ.get(MARK) or not status.startswith("200") or store is None or personal:
            start_response(status, headers, exc_info)
            return made
        content = whole(made)
        page = _Page(
            store.tenant_id,
            store.content_version,
            [(k, v) for k, v in headers if k not in {"Content-Security-Policy", "Content-Length"}],
            content.split(nonce.encode()),
            next((v for k, v in headers if k == "Content-Security-Policy"), "").split(nonce),
            len(content) + sum(len(k) + len(v) for k, v in headers) + sys.getsizeof(key) + sum(map(len, key)),
        )
        if page.size <= _LARGEST_PAGE:
            self._keep(key, page)
        headers, body = _fill(page)
        start_response("200 OK", headers)
        return [body]

    def _keep(self, key: tuple[str, ...], page: _Page) -> None:
        with self._lock:  # the size must stay the sum, or the room would shrink with every race
            self._drop(key)
            self._pages[key] = page
            self._size += page.size
            while self._size > self._room:
                self._drop(next(iter(self._pages)))

    def _drop(self, key: tuple[str, ...]) -> None:
        page = self._pages.pop(key, None)
        if page is not None:
            self._size -= page.size


def _fresh_nonce() -> str:
    # One read of the system's randomness serves many answers: each read gives up the interpreter's lock,
    # and busy threads then wait for each other.
    try:
        return _nonces.pop()
    except IndexError:
        raw = os.urandom(16 * _NONCES)
        made = [base64.urlsafe_b64encode(raw[at : at + 16]) for at in range(0, len(raw), 16)]
        _nonces.extend(one.rstrip(b"=").decode() for one in made[1:])
        return made[0].rstrip(b"=").decode()


def _fill(page: _Page) -> tuple[list[tuple[str, str]], bytes]:
    """Headers and body with a nonce of their own."""
    nonce = _fresh_nonce()
    body = nonce.encode().join(page.parts)
    headers = [
        *page.headers,
        ("Content-Security-Policy", nonce.join(page.policy)),
        ("Content-Length", str(len(body))),
    ]
    return headers, body
