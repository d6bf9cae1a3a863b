"""Refusals of the database, under names that higher layers may use."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError

# lock_not_available, deadlock_detected, serialization_failure (PostgreSQL, appendix A)
_CONTENTION = frozenset({"55P03", "40P01", "40001"})

DatabaseError = DBAPIError


def is_contention(error: DBAPIError) -> bool:
    """Return whether the statement failed only because of concurrent writes, so that it may be repeated."""
    return getattr(error.orig, "sqlstate", None) in _CONTENTION or "database is locked" in str(error.orig)


def is_full(error: DBAPIError) -> bool:
    """Return whether there is no room left where the database lies."""
    return getattr(error.orig, "sqlstate", None) == "53100" or "database or disk is full" in str(error.orig)
