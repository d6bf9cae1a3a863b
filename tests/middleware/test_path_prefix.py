"""Answers below a prefix: what is moved, what is rewritten, and what stays."""

from collections.abc import Callable, Iterable
from typing import Any

from mtc.middleware.path_prefix import prefixed


def answer(content_type: str) -> tuple[list[tuple[str, str]], bytes]:
    sent: list[tuple[str, str]] = []

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        headers = [
            ("Content-Type", content_type),
            ("Content-Length", "9"),
            ("Location", "/a"),
            ("Link", "/b"),
        ]
        start_response("200 OK", headers)
        return [b"a page", b" /c"]

    body = prefixed(
        application,
        {},
        lambda status, headers, exc_info=None: sent.extend(headers),
        redirects=frozenset({"location"}),
        move=lambda address: "/de" + address,
        rewrite=lambda html: html.replace(b"/c", b"/de/c"),
    )
    return sent, b"".join(body)


def test_a_page_is_rewritten_without_its_length_and_its_redirect_is_moved() -> None:
    headers, body = answer("text/html; charset=utf-8")
    assert headers == [("Content-Type", "text/html; charset=utf-8"), ("Location", "/de/a"), ("Link", "/b")]
    assert body == b"a page /de/c"


def test_what_is_no_page_keeps_its_body_and_length() -> None:
    headers, body = answer("application/json")
    assert headers == [
        ("Content-Type", "application/json"),
        ("Content-Length", "9"),
        ("Location", "/de/a"),
        ("Link", "/b"),
    ]
    assert body == b"a page /c"
