"""A small application behind the doors, served as the real one is."""

import os
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from mtc.middleware import doors
from mtc.server import Hooks, serve

LARGE, LIMIT = 200 * 2**20, 2 * 2**20


def create() -> Callable[..., Iterable[bytes]]:
    """/large is 200 MB; a POST is answered with the length of its body."""
    doors.BODY_SECONDS = 3.0
    return doors.Doors(_application, places=4, largest=LIMIT)


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
