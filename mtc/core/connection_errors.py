"""Errors that say that the database is out of reach: a restart, a failover, a network that broke."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, PendingRollbackError
from sqlalchemy.exc import TimeoutError as PoolTimeout

T = TypeVar("T")

DATABASE_ERRORS = (DBAPIError, PoolTimeout, PendingRollbackError)
"""What a statement or a transaction fails with, under a name that higher layers may use."""

# PostgreSQL, appendix A: connection exceptions, insufficient resources, system errors ...
_CLASSES = ("08", "53", "58")
# ... admin_shutdown, crash_shutdown, cannot_connect_now, database_dropped, idle_session_timeout, and the two
# time-outs that end a session in the middle of a transaction.
_STATES = frozenset({"57P01", "57P02", "57P03", "57P04", "57P05", "25P03", "25P04"})
_SQLITE = ("SQLITE_CANTOPEN", "SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_PROTOCOL")
_LOST_IN_TRANSACTION = "8s2b"  # SQLAlchemy's code for a statement after the connection was lost


def is_unreachable(error: BaseException) -> bool:
    """Return whether the database did not answer, or answered that it cannot serve for the moment."""
    if isinstance(error, PoolTimeout):
        return True
    if isinstance(error, PendingRollbackError):
        return error.code == _LOST_IN_TRANSACTION
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated:
        return True
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        return str(getattr(cause, "sqlite_errorname", "")).startswith(_SQLITE)
    state = getattr(cause, "sqlstate", "")
    if state is None:  # psycopg, and nothing that the server said: the connection itself
        return isinstance(error, OperationalError | InterfaceError)
    return state in _STATES or state.startswith(_CLASSES)


def is_connection_lost(error: BaseException) -> bool:
    """Return whether a connection that was open has ended; another one may do at once."""
    return isinstance(error, DBAPIError) and error.connection_invalidated


def repeat_read(read: Callable[[], T]) -> T:
    """The result of a function that only reads, called once more when its connection was lost."""
    try:
        return read()
    except DBAPIError as error:
        if not is_connection_lost(error):
            raise
    return read()
