"""One guarded line to Redis: short timeouts, and a circuit that opens instead of waiting again and again."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from threading import Lock
from typing import Any, TypeVar

T = TypeVar("T")
log = logging.getLogger(__name__)


class LinkDownError(Exception):
    """Redis did not answer, or is not asked at the moment because it recently did not."""


class RedisLink:
    """Runs calls on a lazily made redis-py client.

    A failure opens the circuit for `pause` seconds, in which calls fail at once; then a single caller tries
    while the others go on failing fast: a dead or frozen Redis costs one timeout per pause and process.
    """

    def __init__(
        self,
        url: str,
        *,
        timeout: float = 0.25,
        pause: float = 3.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        import redis  # noqa: PLC0415
        from redis.backoff import NoBackoff  # noqa: PLC0415
        from redis.retry import Retry  # noqa: PLC0415

        self._errors: tuple[type[Exception], ...] = (redis.RedisError, OSError)
        # One retry, for connections that a Redis restart has closed; a timeout is not tried again.
        retry = Retry(NoBackoff(), 1, supported_errors=(redis.ConnectionError,))
        self.client: Any = redis.Redis.from_url(
            url,
            socket_timeout=timeout,
            socket_connect_timeout=timeout,
            retry=retry,
            driver_info=None,
        )
        self._refusals: type[Exception] = redis.ResponseError
        self._pause = pause
        self._clock = clock
        self._lock = Lock()
        self._closed_again_at = 0.0
        self._open = False
        self.on_recovery: Callable[[Any], None] | None = None

    def call(self, action: Callable[[Any], T]) -> T:
        """The result of `action(client)`; raises LinkDownError when Redis is out of reach or refuses."""
        probing = self._enter()
        try:
            if probing and self.on_recovery is not None:
                self.on_recovery(self.client)
            result = action(self.client)
        except self._refusals as error:
            raise LinkDownError(str(error)) from error
        except self._errors as error:
            self._trip(error)
            raise LinkDownError(str(error)) from error
        if probing:
            self._recover()
        return result

    def close(self) -> None:
        """Give the connections back."""
        self.client.close()

    def _enter(self) -> bool:
        with self._lock:
            if not self._open:
                return False
            if self._clock() < self._closed_again_at:
                raise LinkDownError("Redis did not answer a moment ago.")
            self._closed_again_at = self._clock() + self._pause
            return True

    def _trip(self, error: Exception) -> None:
        with self._lock:
            first = not self._open
            self._open = True
            self._closed_again_at = self._clock() + self._pause
        if first:
            log.warning("Redis is out of reach, going on without it: %s", error)

    def _recover(self) -> None:
        with self._lock:
            self._open = False
        log.warning("Redis answers again.")
