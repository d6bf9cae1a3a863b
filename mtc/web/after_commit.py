"""Work of a view after its transaction has been committed, while none is open: calls to outside servers."""

from __future__ import annotations

from collections.abc import Callable

from flask import g

_WORK = "mtc_continuing"


def after_writing(work: Callable[[], None]) -> None:
    """Call `work` once all that the view has written is committed; dropped when it is not.

    It opens scopes of its own, may change the answer that the view returned, and must not fail: the answer
    stands as it is until then, also for whoever sends the same Idempotency-Key meanwhile.
    """
    setattr(g, _WORK, work)


def begin_view() -> None:
    """Forget what an earlier attempt of the same request wanted to do."""
    g.pop(_WORK, None)


def take_work() -> Callable[[], None] | None:
    """Return the work to be done now, once."""
    work: Callable[[], None] | None = g.pop(_WORK, None)
    return work
