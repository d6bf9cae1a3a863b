"""What was paid for counts towards the bestsellers, once."""

from __future__ import annotations

from typing import Any

from flask import Flask
from sqlalchemy import select

from mtc.catalog.models import Product
from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.payments.services import mark_paid
from mtc.tasks.models import Task
from mtc.tasks.services import run_due
from tests.orders.shop import bought, go_live, order_of, with_transfer


def test_a_paid_order_counts_its_pieces(app: Flask, shop: Any) -> None:
    go_live(shop)
    order = order_of(shop, (shop.key, 2), payment_method=with_transfer(shop)).order
    with tenant_scope(shop.tenant_id), unit_of_work():
        mark_paid(order.id)
    bought(shop, (shop.key, 1), payment_method="test")  # a test order sells nothing
    run_due()
    with tenant_scope(shop.tenant_id), unit_of_work():
        sold = session.scalars(select(Product.sold_count).where(Product.sold_count > 0)).all()
        done = session.scalars(select(Task.status).where(Task.name == "events.follow")).all()
    assert sold == [2]
    assert done == ["done", "done"]
