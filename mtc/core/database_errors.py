"""What the database says no with, under names that higher layers may use."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError

# lock_not_available, deadlock_detected, serialization_failure (PostgreSQL, appendix A)
_CONTENTION = frozenset({"55P03", "40P01", "40001"})

DatabaseError = DBAPIError


def is_contention(error: DBAPIError) -> bool:
    """Whether the statement failed only because others were at the same rows: trying again may work."""
    return getattr(error.orig, "sqlstate", None) in _CONTENTION or "database is locked" in str(error.orig)


def is_full(error: DBAPIError) -> bool:
    """Whether there is no room left where the database lies."""
    return getattr(error.orig, "sqlstate", None) == "53100" or "database or disk is full" in str(error.orig)
