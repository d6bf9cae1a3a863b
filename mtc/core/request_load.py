"""Number of requests that this process works on; work that nobody waits for lets them go first."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from threading import get_ident
from typing import Any

BUSY = 2
"""From so many requests at a time on they take processor time from each other."""
_answering: set[int] = set()


def counted(application: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """The WSGI application, whose requests are counted while it works on them."""

    def call(*arguments: Any) -> Iterable[bytes]:
        thread = get_ident()
        _answering.add(thread)
        try:
            return application(*arguments)
        finally:
            _answering.discard(thread)

    return call


def is_busy() -> bool:
    """Return whether requests have to share this process already."""
    return len(_answering) >= BUSY
