"""Work that is done again: what must not happen inside its transaction happens between two attempts."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

T = TypeVar("T")
MOST_ATTEMPTS = 10


class RunFirst(BaseException):
    """Ends an attempt, so that `act` is called while no transaction is open; then the work is done again.

    No Exception, so that nobody who handles errors of the work takes it for one.
    """

    def __init__(self, act: Callable[[], None]) -> None:
        super().__init__("the work is interrupted and done again")
        self.act = act


@dataclass(slots=True)
class Operation:
    """One request or task over all its attempts. `results` holds values that are the same in each attempt."""

    results: dict[Hashable, Any] = field(default_factory=dict)
    attempts: int = 0

    @property
    def may_repeat(self) -> bool:
        """Return whether the running attempt may be ended by RunFirst."""
        return self.attempts < MOST_ATTEMPTS


_running: ContextVar[Operation | None] = ContextVar("mtc_operation", default=None)


def running_operation() -> Operation | None:
    """The operation that can be repeated, or None."""
    return _running.get()


def repeatable(work: Callable[[], T]) -> T:
    """Call `work`, and again each time RunFirst ended it; returns what it returned.

    `work` opens its scopes and transactions itself, so that nothing is left of an attempt that was ended.
    Inside other repeatable work it is a part of that.
    """
    if _running.get() is not None:
        return work()
    operation = Operation()
    mark = _running.set(operation)
    try:
        while True:
            operation.attempts += 1
            try:
                return work()
            except RunFirst as first:
                first.act()
    finally:
        _running.reset(mark)


def keep(name: Hashable, make: Callable[[], T]) -> T:
    """Return what `make` returned in the operation's first attempt; call it now in the first."""
    operation = _running.get()
    if operation is None:
        return make()
    if name not in operation.results:
        operation.results[name] = make()
    return cast(T, operation.results[name])
