"""Writers of SQLite take turns in the order in which they asked, and lose no time."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError

from mtc.core import sqlite_write_queue
from mtc.core.sqlite_write_queue import WriteTurns, begin_writing, queue_writers


def test_the_turn_goes_to_whoever_has_waited_longest() -> None:
    turns, order = WriteTurns(), list[int]()
    assert turns.acquire(0)

    def work(number: int) -> None:
        assert turns.acquire(10)
        order.append(number)
        turns.release()

    threads = []
    for number in range(5):
        threads.append(threading.Thread(target=work, args=(number,)))
        threads[-1].start()
        while len(turns._waiting) <= number:
            time.sleep(0.001)
    turns.release()
    # The thread that gives its turn back and asks again comes after those who wait: a lock of Python's
    # would let it in first.
    assert turns.acquire(10)
    assert order == [0, 1, 2, 3, 4]
    turns.release()
    for thread in threads:
        thread.join()


def test_whoever_waits_in_vain_takes_no_turn() -> None:
    turns = WriteTurns()
    assert turns.acquire(0)
    assert not turns.acquire(0.01)
    turns.release()
    assert turns.acquire(0)


def test_a_turn_ends_with_commit_rollback_and_close(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'x.db'}", connect_args={"check_same_thread": False})
    queue_writers(engine)
    monkeypatch.setattr(sqlite_write_queue, "WAIT_SECONDS", 0.2)
    for ending in ("commit", "rollback", "close", "invalidate"):
        with engine.connect() as connection:
            connection.begin()
            connection.connection.dbapi_connection.isolation_level = None  # type: ignore[union-attr]
            begin_writing(connection)
            with engine.connect() as other:
                other.begin()
                with pytest.raises(OperationalError, match="database is locked"):
                    begin_writing(other)
            getattr(connection, ending)()
    with engine.connect() as connection:
        connection.begin()
        begin_writing(connection)
    assert not sqlite_write_queue._held


def test_the_lock_of_another_process_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = f"sqlite:///{tmp_path / 'x.db'}"
    here, there = (create_engine(path, connect_args={"check_same_thread": False}) for _ in range(2))
    queue_writers(here)
    queue_writers(there)
    holder, waiter = here.connect(), there.connect()
    for one in (holder, waiter):
        one.begin()
        one.connection.dbapi_connection.isolation_level = None  # type: ignore[union-attr]
    begin_writing(holder)
    monkeypatch.setattr(sqlite_write_queue, "WAIT_SECONDS", 0.1)
    with pytest.raises(OperationalError, match="database is locked"):
        begin_writing(waiter)
    monkeypatch.setattr(sqlite_write_queue, "WAIT_SECONDS", 10.0)
    threading.Timer(0.1, holder.commit).start()
    begin_writing(waiter)
    waiter.rollback()
    waiter.close()
    holder.close()
