"""`mtc serve` with a part taken out, for the controls: `python -m tests.chaos.redis_faults.bent`."""

from __future__ import annotations

import os
from typing import Any

from mtc import cli, lifecycle, server
from mtc.infra import redis_connection
from mtc.infra.cache import redis as cache

VARIANT = "REDIS_FAULTS_VARIANT"


def _bend(variant: str) -> None:
    """The controls: no fallback in the limits, or no breaker in the line."""
    if variant == "no fallback":

        def bare(self: Any, key: str, ttl: float, by: int = 1) -> int:
            return int(self._link.client.incrby(key, by))

        cache.RedisCache.incr = bare  # type: ignore[method-assign]
    elif variant == "no breaker":
        made = redis_connection.RedisLink.__init__

        def impatient(self: Any, url: str, **more: Any) -> None:
            made(self, url, **{**more, "pause": 0.0})

        redis_connection.RedisLink.__init__ = impatient  # type: ignore[method-assign]


def create() -> Any:
    """The WSGI application of one web process."""
    _bend(os.environ.get(VARIANT, ""))
    return lifecycle.create()


def serve() -> None:
    """`mtc serve`, with the control's variant in every process."""
    hooks = server.Hooks
    cli.server.Hooks = lambda **names: hooks(**{**names, "create": "tests.chaos.redis_faults.bent:create"})  # type: ignore[assignment, misc]
    cli.main(["serve"])


if __name__ == "__main__":
    serve()
