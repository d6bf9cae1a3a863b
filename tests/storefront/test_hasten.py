"""Whoever waits on the page of an order is served before those who do not look."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from mtc.core import clock
from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.tasks.models import Task
from mtc.tasks.registry import DELIVERY, FRONT
from mtc.tasks.services import run_due
from tests.storefront.conftest import Browser


def priorities(world: Any) -> list[int]:
    """Of the tasks that are to be done and lead to goods."""
    with tenant_scope(world.id, readonly=True), unit_of_work():
        query = select(Task.priority).where(Task.status == "pending", Task.priority <= DELIVERY)
        return list(session.scalars(query))


@pytest.mark.parametrize("suffix", ["", "/status"])
def test_looking_at_an_order_moves_it_to_the_front(
    browser: Browser, tenant: Any, order_page: str, suffix: str
) -> None:
    path = order_page.replace("?", f"{suffix}?", 1)
    partial = {"HX-Request": "true", "HX-Request-Type": "partial"} if suffix else {}
    assert browser.get(path, headers=partial).status_code == 200
    assert priorities(tenant) == [DELIVERY]  # it has come this moment
    with clock.frozen(clock.now()):
        clock.advance(1.5)
        assert browser.get(path, headers=partial).status_code == 200
    assert priorities(tenant) == [FRONT]


def test_nothing_is_moved_for_an_order_that_has_its_key(
    browser: Browser, tenant: Any, order_page: str, queries: Any
) -> None:
    run_due()
    with queries() as seen:
        page = browser.get(order_page)
    assert "/reveal/" in page.text
    assert [one for one in seen if "tasks" in one] == []
