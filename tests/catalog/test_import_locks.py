"""Who else wants to write while a large file is imported: SQLite has one writer."""

from __future__ import annotations

import sqlite3
import time
from itertools import pairwise
from threading import Thread
from typing import Any

import pytest

from mtc.catalog.services import import_steps, import_tasks, stock_reservation
from mtc.core.db import unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.extensions import db
from tests.catalog.test_stock_imports import begin, keys_of, pool, text_of

__all__ = ["pool"]


@pytest.mark.thorough
def test_nobody_waits_long_for_the_lock_meanwhile(app, pool, tenant):
    """With a control: the same file in one transaction keeps everybody else out until it is done."""
    import_id = begin(pool, text_of(6000))
    small = longest_wait(app, tenant, lambda: import_tasks.carry_on(import_id, 600))

    def at_once() -> None:
        with unit_of_work():
            stock_reservation.add_keys(pool, [f"CONTROL-{number:06d}-ABCD" for number in range(6000)])

    large = longest_wait(app, tenant, at_once)
    assert keys_of(pool)[0] == 12_000
    assert large > 0.3 and small < large / 2, (small, large)


def test_the_lock_is_free_after_each_step_and_none_is_large(app, pool, tenant, monkeypatch):
    """With a control: while one transaction adds the file, nobody else can write."""
    import_id, steps = begin(pool, text_of(6000)), []

    def rest(_: import_steps.Pace) -> None:
        steps.append(keys_of(pool)[0])
        assert may_write()

    monkeypatch.setattr(import_steps.Pace, "rest", rest)
    import_tasks.carry_on(import_id, 600)
    sizes = [after - before for before, after in pairwise([0, *steps])]
    assert sum(sizes) == 6000
    assert sizes[0] == import_steps.SMALLEST and max(sizes) <= import_steps.LARGEST
    with unit_of_work():
        stock_reservation.add_keys(pool, [f"CONTROL-{number:06d}-ABCD" for number in range(6000)])
        assert not may_write()
    assert may_write()


def may_write() -> bool:
    """Whether somebody else gets the lock of SQLite without waiting."""
    other = sqlite3.connect(str(db.engine.url.database), timeout=0)
    try:
        other.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        return False
    finally:
        other.close()
    return True


def longest_wait(app: Any, tenant: Any, work: Any) -> float:
    """How long somebody else waited at most, in seconds, to be the one who writes."""
    over, waits = False, [0.0]

    def shopper() -> None:
        with app.app_context():
            while not over:
                asked = time.monotonic()
                with tenant_scope(tenant.id), unit_of_work() as mine:
                    mine.connection()
                    waits.append(time.monotonic() - asked)
                time.sleep(0.005)

    thread = Thread(target=shopper)
    thread.start()
    try:
        work()
    finally:
        over = True
        thread.join()
    return max(waits)
