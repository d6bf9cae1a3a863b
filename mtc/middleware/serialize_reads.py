"""Pages from SQLite are made one after the other, because threads that take turns row by row are slower."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any

PATIENCE_SECONDS = 0.05


class SerializeReads:
    """Lets one GET of the process be answered at a time, as long as that is quick.

    SQLite gives up the interpreter's lock at each row. With several threads at work another one takes it
    each time and has to be woken for it, which costs a third of the pages a second. Nobody waits longer
    than PATIENCE_SECONDS for a slow page, and what changes something or streams a file does not wait.
    """

    def __init__(self, wsgi_app: Any) -> None:
        self._wsgi_app = wsgi_app
        self._turn = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "GET":
            return self._answer(environ, start_response)
        mine = self._turn.acquire(timeout=PATIENCE_SECONDS)
        try:
            return self._answer(environ, start_response)
        finally:
            if mine:
                self._turn.release()

    def _answer(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        answer: Iterable[bytes] = self._wsgi_app(environ, start_response)
        return answer
