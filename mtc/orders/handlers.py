"""What orders do when something happens elsewhere."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from mtc.catalog.services import products
from mtc.core.db import scope_tenant, session
from mtc.events.registry import subscribe
from mtc.identity.models import Customer
from mtc.identity.queries import customer_by_email
from mtc.orders.hooks import OrderPaid
from mtc.orders.queries import order_facts, pieces_of
from mtc.orders.services import claim_orders
from mtc.plugins.services import after


@subscribe("customer.verified", name="orders.claim")
def claim_guest_orders(payload: dict[str, Any]) -> None:
    """The guest orders of an address become the customer's once the address is verified."""
    customer = session.get(Customer, (scope_tenant(), UUID(payload["entity_id"])))
    if customer is not None:
        claim_orders(customer)


@subscribe("order.paid", name="orders.claim_paid", shared=True)
def claim_paid_order(payload: dict[str, Any]) -> None:
    """What was bought without logging in, with the address of somebody who has verified it, is theirs."""
    facts = order_facts(UUID(payload["entity_id"]))
    customer = customer_by_email(scope_tenant(), facts.email) if facts is not None else None
    if customer is not None:
        claim_orders(customer)


@subscribe("order.paid", name="orders.count_sold", shared=True)
def count_sold(payload: dict[str, Any]) -> None:
    """Bestsellers are sorted by what was paid for with money."""
    products.count_sold(pieces_of(UUID(payload["entity_id"])))


after("order.paid", "after_order_paid", lambda task: OrderPaid(UUID(task["entity_id"]), dict(task["data"])))
