"""Waiting for what happens soon, in another thread or process."""

import time
from collections.abc import Callable


def eventually(what: Callable[[], bool], seconds: float = 10.0, *, pause: float = 0.005) -> bool:
    """Wait until `what` holds, looking every `pause` seconds; False when time ran out."""
    until = time.monotonic() + seconds
    while not what():
        if time.monotonic() > until:
            return False
        time.sleep(pause)
    return True
