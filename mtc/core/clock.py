"""The time, in one place, so that tests can stop it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

_frozen: datetime | None = None


def now() -> datetime:
    """The current moment, aware, in UTC."""
    return _frozen if _frozen is not None else datetime.now(UTC)


@contextmanager
def frozen(moment: datetime) -> Iterator[None]:
    """Stop the clock of this process at `moment` (aware) for the length of the block."""
    global _frozen
    before = _frozen
    _frozen = moment.astimezone(UTC)
    try:
        yield
    finally:
        _frozen = before


def advance(seconds: float) -> None:
    """Move a stopped clock forward; raises RuntimeError when the clock runs."""
    global _frozen
    if _frozen is None:
        raise RuntimeError("advance() needs a frozen clock")
    _frozen += timedelta(seconds=seconds)
