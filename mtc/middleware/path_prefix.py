"""Answers below a path prefix: redirects lead there, and the addresses in HTML pages begin with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from mtc.server.wsgi_body import whole

Headers = list[tuple[str, str]]


def prefixed(
    wsgi_app: Callable[..., Iterable[bytes]],
    environ: dict[str, Any],
    start_response: Callable[..., Any],
    *,
    redirects: frozenset[str],
    move: Callable[[str], str],
    rewrite: Callable[[bytes], bytes],
) -> Iterable[bytes]:
    """Call the application, with `move` for the addresses of redirects and `rewrite` for HTML pages.

    `redirects` are the names of the headers that hold an address, in small letters.
    """
    pages: list[bool] = []

    def start(status: str, headers: Headers, exc_info: Any = None) -> Any:
        pages.append(is_page(headers))
        moved = [
            (name, move(value) if name.lower() in redirects else value)
            for name, value in headers
            if not (pages[-1] and name.lower() == "content-length")
        ]
        return start_response(status, moved, exc_info)

    body = wsgi_app(environ, start)
    return [rewrite(whole(body))] if pages and pages[-1] else body


def is_page(headers: Headers) -> bool:
    """Return whether the headers are those of an HTML page."""
    return any(name.lower() == "content-type" and value.startswith("text/html") for name, value in headers)
