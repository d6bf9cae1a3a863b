"""Servers outside are not called while a write transaction is open.

SQLite's one writer, or the rows that PostgreSQL has locked, would be held for as long as a stranger's server
takes to answer, and what it did could not be undone with the transaction.
"""

from __future__ import annotations

from mtc.core.db import current_scope


class OutsideCallError(RuntimeError):
    """A server outside was called while a write transaction was open."""


def check_outside_call(server: str) -> None:
    """Raise OutsideCallError while this thread has a write transaction open, in whatever scope.

    Commit what is intended first, then call, then write the answer down in another transaction.
    """
    scope = current_scope()
    while scope is not None:
        if scope.writes:
            raise OutsideCallError(f"{server} was called while a write transaction was open: end it first")
        scope = scope.outer
