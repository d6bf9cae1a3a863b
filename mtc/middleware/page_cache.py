"""Pages for anonymous visitors, answered from process memory before Flask is asked."""

from __future__ import annotations

import base64
import os
import secrets
import sys
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from mtc.core import clock
from mtc.core.i18n import negotiate
from mtc.core.local_cache import LocalCache
from mtc.middleware.page_key import Key, key_of_environ, key_of_scope
from mtc.server.responses import encode
from mtc.server.wsgi_body import whole
from mtc.tenants.services import store_lookup
from mtc.web.languages import CHOICE
from mtc.web.site import KEY

MARK, UNTIL = "mtc.cacheable", "mtc.cacheable_until"
_LARGEST_PAGE = 512 * 1024
_NONCES = 64
_nonces: deque[bytes] = deque()


@dataclass(frozen=True, slots=True)
class _Page:
    tenant_id: UUID
    version: int
    headers: list[tuple[bytes, bytes]]
    parts: list[bytes]
    policy: list[bytes]
    size: int
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Choice:
    """An address whose page the browser's languages choose: each is kept under the key and its locale."""

    tenant_id: UUID
    version: int
    locales: tuple[str, ...]
    until: datetime | None = None
    size: int = 0


class PageCache:
    """Keyed by scheme, host, path, query and locale; an entry counts while content and prices stand."""

    def __init__(self, wsgi_app: Any, *, megabytes: int) -> None:
        self._wsgi_app = wsgi_app
        self._room = megabytes * 2**20
        self._pages: LocalCache[Key, _Page | _Choice] = LocalCache(self._room, weigh=lambda page: page.size)
        self.hits = 0

    def clear(self) -> None:
        """Forget every page."""
        self._pages.clear()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        key = key_of_environ(environ) if self._room else None
        is_head = environ["REQUEST_METHOD"] == "HEAD"
        read = environ.get("HTTP_ACCEPT_LANGUAGE", "")
        if key is not None and (page := self._find(key, lambda: read)) is not None:
            return _answer(page, start_response, is_head=is_head)
        # The answer to a HEAD has no body: nothing for others.
        if key is None or is_head:
            return self._wsgi_app(environ, start_response)
        return self._render(key, environ, start_response)

    def from_memory(
        self, scope: dict[str, Any], hops: int = 0
    ) -> tuple[int, list[tuple[bytes, bytes]], bytes] | None:
        """Status, headers and body of a page that is kept; it takes microseconds and waits for nothing.

        `scope` is the request as in ASGI, which `hops` trusted proxies passed on.
        """
        key = key_of_scope(scope, hops)
        page = self._find(key, lambda: _languages_of(scope)) if key is not None else None
        if page is None:
            return None
        headers, body = _fill(page)
        return 200, headers, b"" if scope["method"] == "HEAD" else body

    def _find(self, key: Key, read: Callable[[], str]) -> _Page | None:
        page = self._kept(key)
        if isinstance(page, _Choice):
            page = self._kept((*key, negotiate(read(), page.locales, page.locales[0])))
        if not isinstance(page, _Page):
            return None
        self.hits += 1
        return page

    def _kept(self, key: Key) -> _Page | _Choice | None:
        page = self._pages.get(key)
        if page is None:
            return None
        over = page.until is not None and page.until <= clock.now()
        if over or store_lookup.version(page.tenant_id) != page.version:
            self._pages.pop(key)
            return None
        return page

    def _render(
        self, key: Key, environ: dict[str, Any], start_response: Callable[..., Any]
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
        current_site = environ.get(KEY)
        store = current_site.store if current_site is not None else None
        personal = any(k == "Set-Cookie" for k, _ in headers)
        if not environ.get(MARK) or not status.startswith("200") or store is None or personal:
            start_response(status, headers, exc_info)
            return made
        content = whole(made)
        page = _Page(
            store.tenant_id,
            store.content_version,
            encode([(k, v) for k, v in headers if k not in {"Content-Security-Policy", "Content-Length"}]),
            content.split(nonce.encode()),
            _policy(headers).split(nonce.encode()),
            len(content) + sum(len(k) + len(v) for k, v in headers) + sys.getsizeof(key) + sum(map(len, key)),
            environ.get(UNTIL),
        )
        if page.size <= _LARGEST_PAGE:
            listed = environ.get(CHOICE)
            if listed is not None:
                size = sys.getsizeof(key) + sum(map(len, key))
                self._pages.put(key, _Choice(store.tenant_id, store.content_version, listed, size=size))
                key = (*key, negotiate(environ.get("HTTP_ACCEPT_LANGUAGE", ""), listed, listed[0]))
            self._pages.put(key, page)
        return _answer(page, start_response)


def _languages_of(scope: dict[str, Any]) -> str:
    return ",".join(value.decode("latin-1") for name, value in scope["headers"] if name == b"accept-language")


def _policy(headers: list[tuple[str, str]]) -> bytes:
    return next((v for k, v in headers if k == "Content-Security-Policy"), "").encode("latin-1")


def _answer(page: _Page, start_response: Callable[..., Any], *, is_head: bool = False) -> list[bytes]:
    headers, body = _fill(page)
    start_response("200 OK", [(k.decode("latin-1"), v.decode("latin-1")) for k, v in headers])
    return [b"" if is_head else body]


def _fresh_nonce() -> bytes:
    # One read of the system's randomness serves many answers: each read gives up the interpreter's lock,
    # and busy threads then wait for each other.
    try:
        return _nonces.pop()
    except IndexError:
        raw = os.urandom(16 * _NONCES)
        made = [base64.urlsafe_b64encode(raw[at : at + 16]) for at in range(0, len(raw), 16)]
        _nonces.extend(encoded.rstrip(b"=") for encoded in made[1:])
        return made[0].rstrip(b"=")


def _fill(page: _Page) -> tuple[list[tuple[bytes, bytes]], bytes]:
    """Headers and body with a nonce of their own."""
    nonce = _fresh_nonce()
    body = nonce.join(page.parts)
    headers = [
        *page.headers,
        (b"content-security-policy", nonce.join(page.policy)),
        (b"content-length", b"%d" % len(body)),
    ]
    return headers, body
