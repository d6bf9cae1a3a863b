"""Limit of concurrent transfers, in all and of one network. The oldest makes room for the next."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class EvictedError(Exception):
    """This transfer was the oldest when another needed its place."""


class Transfers:
    """The transfers of one kind that are on their way, each a task of the event loop.

    Nobody who comes is refused: who has been at it for longest is, first in the network that has the most.
    So whoever sends quickly always gets through, however many send slowly.
    """

    def __init__(self, total: int, of_one_network: int) -> None:
        self._total, self._of_one = total, of_one_network
        self._tasks: dict[str, dict[asyncio.Task[Any], None]] = {}
        self._evicted: set[asyncio.Task[Any]] = set()
        self.count = 0

    @contextmanager
    def joined(self, network: str) -> Iterator[None]:
        """Be one of them for the length of the block. Raises EvictedError inside it."""
        task = asyncio.current_task()
        assert task is not None
        if len(self._tasks.get(network, ())) >= self._of_one:
            self._evict(network)
        elif self.count >= self._total:
            self._evict(max(self._tasks, key=lambda name: len(self._tasks[name])))
        self._tasks.setdefault(network, {})[task] = None
        self.count += 1
        try:
            yield
        except asyncio.CancelledError:
            if task not in self._evicted:
                raise
            task.uncancel()
            raise EvictedError from None
        finally:
            self._evicted.discard(task)
            self._forget(network, task)

    def _evict(self, network: str) -> None:
        oldest = next(iter(self._tasks[network]))
        self._forget(network, oldest)
        self._evicted.add(oldest)
        oldest.cancel()

    def _forget(self, network: str, task: asyncio.Task[Any]) -> None:
        tasks = self._tasks.get(network, {})
        if task in tasks:
            del tasks[task]
            self.count -= 1
        if not tasks:
            self._tasks.pop(network, None)
