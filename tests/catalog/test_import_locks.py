"""Who else wants to write while a large file is imported: SQLite has one writer."""

from __future__ import annotations

import time
from threading import Thread
from typing import Any

import pytest

from mtc.catalog.services import imports, stock
from mtc.core.db import unit_of_work
from mtc.core.tenancy import tenant_scope
from tests.catalog.test_imports import begin, keys_of, pool, text_of

__all__ = ["pool"]


@pytest.mark.thorough
def test_nobody_waits_long_for_the_lock_meanwhile(app, pool, tenant):
    """With a control: the same file in one transaction keeps everybody else out until it is done."""
    import_id = begin(pool, text_of(6000))
    small = longest_wait(app, tenant, lambda: imports.carry_on(import_id, 600))

    def at_once() -> None:
        with unit_of_work():
            stock.add_keys(pool, [f"CONTROL-{number:06d}-ABCD" for number in range(6000)])

    large = longest_wait(app, tenant, at_once)
    assert keys_of(pool)[0] == 12_000
    assert large > 0.3 and small < large / 2, (small, large)


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
