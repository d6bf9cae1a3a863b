"""Interface of a queue: it wakes whoever drains the task rows, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

Drain = Callable[[], int]
"""Does one batch of due tasks and returns how many it did; safe to run in several threads at once."""


class Queue(Protocol):
    """The database row is the queue; a wake only saves waiting, losing one loses nothing."""

    def wake(self, tenant_id: object | None = None) -> None:
        """Say that work was committed. Best effort: never raises, never waits long."""


class NullQueue:
    """A queue that wakes nobody and remembers who was to be woken: for tests and for the command line."""

    def __init__(self) -> None:
        self.wakes: list[object | None] = []

    def wake(self, tenant_id: object | None = None) -> None:
        """Remember the wake."""
        self.wakes.append(tenant_id)
