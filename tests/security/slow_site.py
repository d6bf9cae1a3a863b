"""A small application behind the gateway, served as the real one is."""

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from mtc.server import Hooks, body_reader, gateway
from mtc.server.parent import serve
from mtc.server.served_app import Site

LARGE, LIMIT, STREAMS = 200 * 2**20, 2 * 2**20, 8


def create() -> Site:
    """/large is 200 MB; a POST is answered with the length of its body."""
    body_reader.BODY_SECONDS = 3.0
    gateway.STREAMS_OF_ONE = STREAMS
    return Site(_application, largest_body=LIMIT)


def plain(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The usual way: a thread reads the body, and is left behind when it takes too long."""
    if environ["REQUEST_METHOD"] == "POST":
        reader = threading.Thread(target=environ["wsgi.input"].read, args=(1000,), daemon=True)
        reader.start()
        reader.join(1)
        start_response("408 Request Timeout", [("Content-Length", "0"), ("Connection", "close")])
        return [b""]
    start_response("200 OK", [("Content-Length", "2")])
    return [b"ok"]


def _application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    large = environ["PATH_INFO"] == "/large"
    body = [str(len(environ["wsgi.input"].read())).encode()]
    size = LARGE if large else len(body[0])
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(size))])
    return _pieces() if large else body


def _pieces() -> Iterator[bytes]:
    for _ in range(LARGE // 65536):
        yield b"x" * 65536


def ready(_: object) -> None:
    """Told once the port answers."""
    os.write(1, b"ready\n")


if __name__ == "__main__":
    here = "tests.security.slow_site"
    serve(Hooks(f"{here}:create", ready=f"{here}:ready"), port=int(os.environ["PORT"]))
