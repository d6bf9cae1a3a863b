"""Whose turn it is to write to SQLite, which has one writer: first come, first served, and no time lost.

SQLite's own waiting looks again after pauses that grow to 100 ms, in no order: under load the database is
idle while many wait, and some wait for long. Here the threads of a process queue, and the first of them looks
every millisecond for the lock of other processes.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections import deque
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError

WAIT_SECONDS = 15.0
"""How long a writer waits before it is told that the database is locked."""
_LOOK_SECONDS = 0.001


class WriteTurns:
    """A lock that is handed from thread to thread in the order in which they asked."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._is_taken = False

    def acquire(self, seconds: float) -> bool:
        """Wait for one's turn, for so long at most; whether it came."""
        with self._guard:
            if not self._is_taken:
                self._is_taken = True
                return True
            mine = threading.Lock()
            mine.acquire()
            self._waiting.append(mine)
        if mine.acquire(timeout=seconds):
            return True
        with self._guard:
            if mine not in self._waiting:  # it came at the last moment
                return True
            self._waiting.remove(mine)
            return False

    def release(self) -> None:
        """Hand the turn to the next."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._is_taken = False


_turns: WeakKeyDictionary[Engine, WriteTurns] = WeakKeyDictionary()
_held: dict[int, WriteTurns] = {}


def begin_writing(connection: Connection) -> None:
    """Begin a transaction that holds SQLite's lock for writers from the start.

    Raises OperationalError, "database is locked", after WAIT_SECONDS.
    """
    raw: Any = connection.connection.dbapi_connection
    until = time.monotonic() + WAIT_SECONDS
    turns = _turns[connection.engine]
    if not turns.acquire(WAIT_SECONDS):
        raise _refused(sqlite3.OperationalError("database is locked"))
    try:
        _begin(raw, until)
    except sqlite3.OperationalError as error:
        turns.release()
        raise _refused(error) from error
    except BaseException:
        turns.release()
        raise
    _held[id(raw)] = turns


def _refused(error: sqlite3.OperationalError) -> OperationalError:
    return OperationalError("BEGIN IMMEDIATE", None, error)


def end_writing(raw: Any) -> None:
    """Let the next one write, if this connection of the driver has the turn; safe to call twice."""
    turns = _held.pop(id(raw), None)
    if turns is not None:
        turns.release()


def _begin(raw: Any, until: float) -> None:
    cursor = raw.cursor()
    cursor.execute("PRAGMA busy_timeout=0")
    try:
        while True:
            try:
                cursor.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() >= until:
                    raise
            time.sleep(_LOOK_SECONDS)
    finally:
        cursor.execute(f"PRAGMA busy_timeout={WAIT_SECONDS * 1000:.0f}")
        cursor.close()


def queue_writers(engine: Engine) -> None:
    """Let the writers of this engine take turns; they begin with begin_writing()."""
    _turns[engine] = WriteTurns()
    dialect: Any = engine.dialect
    commit, rollback = dialect.do_commit, dialect.do_rollback

    def do_commit(raw: Any) -> None:
        commit(raw)
        end_writing(raw.dbapi_connection)

    def do_rollback(raw: Any) -> None:
        try:
            rollback(raw)
        finally:
            end_writing(raw.dbapi_connection)

    dialect.do_commit, dialect.do_rollback = do_commit, do_rollback
    for ending in ("close", "close_detached"):
        event.listen(engine, ending, lambda raw, *_: end_writing(raw))
    event.listen(engine, "invalidate", lambda raw, *_: end_writing(raw))
