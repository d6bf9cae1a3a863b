"""Placing the order of a cart, and how much a store holds afterwards."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from mtc.catalog.models import StockItem
from mtc.checkout.services import place_order
from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.orders.models import Order
from mtc.payments.models import Payment
from mtc.tasks.models import Task
from tests.orders.shop import Shop, buyer


def place(shop: Shop, token: str, **form: Any) -> Any:
    """Send the form of the checkout for the cart of this token."""
    with tenant_scope(shop.tenant_id), unit_of_work():
        return place_order(shop.store, token, buyer(**form), ip="198.51.100.7")


def counts(shop: Shop) -> dict[str, int]:
    """How many orders, payments, tasks and reserved keys the store has."""
    with tenant_scope(shop.tenant_id), unit_of_work():
        found = {}
        for model in (Order, Payment, Task):
            query = select(func.count()).select_from(model).where(model.tenant_id == shop.tenant_id)
            found[model.__name__] = int(session.execute(query).scalar_one())
        query = select(func.count()).where(
            StockItem.tenant_id == shop.tenant_id, StockItem.status == "reserved"
        )
        return {**found, "reserved": int(session.execute(query).scalar_one())}
