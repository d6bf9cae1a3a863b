"""A kept page is found by one key, whether the request comes as a scope or as an environ."""

from typing import Any

import pytest

from mtc.middleware.page_key import Key, key_of_environ, key_of_scope
from mtc.middleware.proxy_headers import read_forwarded
from mtc.server.environ import build_environ

HOST = (b"host", b"acme.example")
HTTPS, HTTP = (b"x-forwarded-proto", b"https"), (b"x-forwarded-proto", b"http")
REQUESTS: list[tuple[str, str, bytes, bytes, list[tuple[bytes, bytes]]]] = [
    ("plain", "GET", b"/", b"", [HOST]),
    ("head", "HEAD", b"/p/one", b"a=1&b=%20", [HOST]),
    ("encoded", "GET", b"/p/%C3%A9t%C3%A9%2Fx", b"q=%C3%A9", [HOST]),
    ("raw bytes", "GET", b"/p/\xc3\xa9", b"q=\xff", [HOST]),
    ("no host", "GET", b"/", b"", []),
    ("two hosts", "GET", b"/", b"", [HOST, (b"host", b"rival.example")]),
    ("json", "GET", b"/", b"", [HOST, (b"accept", b"text/html"), (b"accept", b"application/json;q=1")]),
    ("html", "GET", b"/", b"", [HOST, (b"accept", b"text/html")]),
    ("cookie of others", "GET", b"/", b"", [HOST, (b"cookie", b"_ga=1")]),
    ("https", "GET", b"/", b"", [HOST, (b"x-forwarded-proto", b"HTTPS , http")]),
    ("two lines", "GET", b"/", b"", [HOST, HTTPS, HTTP]),
    ("one line", "GET", b"/", b"", [HOST, HTTPS]),
    ("no scheme", "GET", b"/", b"", [HOST, (b"x-forwarded-proto", b"ftp")]),
    ("underscores", "GET", b"/", b"", [HOST, (b"hx_request", b"true"), (b"x_forwarded_proto", b"https")]),
]
OWN: list[tuple[str, list[tuple[bytes, bytes]]]] = [
    ("POST", [HOST]),
    ("GET", [HOST, (b"authorization", b"Bearer x")]),
    ("GET", [HOST, (b"range", b"bytes=0-1")]),
    ("GET", [HOST, (b"hx-request", b"true")]),
    ("GET", [HOST, (b"hx-request-type", b"partial")]),
    ("GET", [HOST, (b"cookie", b"a=b; mtc_shop=x")]),
    ("GET", [HOST, (b"cookie", b"a=b"), (b"cookie", b"theme=dark")]),
]


def keys(scope: dict[str, Any], hops: int) -> tuple[Key | None, Key | None]:
    environ = build_environ(scope)
    if hops:
        read_forwarded(environ, hops)
    return key_of_scope(scope, hops), key_of_environ(environ)


def made(method: str, path: bytes, query: bytes, headers: list[tuple[bytes, bytes]]) -> dict[str, Any]:
    return {
        "method": method, "raw_path": path, "query_string": query, "scheme": "http", "http_version": "1.1",
        "server": ("127.0.0.1", "8000"), "client": ("192.0.2.7", "40000"), "headers": headers,
    }  # fmt: skip


@pytest.mark.parametrize("hops", [0, 1, 2])
def test_scope_and_environ_give_one_key(hops: int) -> None:
    found = list[Key | None]()
    for name, *request in REQUESTS:
        of_scope, of_environ = keys(made(*request), hops)
        assert of_scope == of_environ is not None, name
        found.append(of_scope)
    schemes = {key[0] for key in found if key}
    assert schemes == ({"http", "https"} if hops else {"http"})


@pytest.mark.parametrize(("method", "headers"), OWN)
def test_what_is_somebodys_own_has_no_key(method: str, headers: list[tuple[bytes, bytes]]) -> None:
    assert keys(made(method, b"/", b"", headers), 0) == (None, None)
