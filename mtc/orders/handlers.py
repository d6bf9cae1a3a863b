"""Handlers of events of other domains."""

from __future__ import annotations

from mtc.catalog.services import products
from mtc.core.db import scope_tenant
from mtc.events.registry import subscribe
from mtc.identity.queries import customer_by_email
from mtc.orders.events import OrderPaid
from mtc.orders.queries import order_facts, pieces_of
from mtc.orders.services import claim_orders


@subscribe(OrderPaid, name="orders.claim_paid", shared=True)
def claim_paid_order(event: OrderPaid) -> None:
    """Give an order that was paid without an account to the customer who has verified its address."""
    facts = order_facts(event.order_id)
    customer = customer_by_email(scope_tenant(), facts.email) if facts is not None else None
    if customer is not None:
        claim_orders(customer)


@subscribe(OrderPaid, name="orders.count_sold", shared=True)
def count_sold(event: OrderPaid) -> None:
    """Bestsellers are sorted by what was paid for with money."""
    products.count_sold(pieces_of(event.order_id))
