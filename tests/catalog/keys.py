"""Keys in a pool, what the pool holds then, and what was told of it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from mtc.catalog import queries
from mtc.catalog.services import products, stock_reservation
from mtc.core import clock
from mtc.core.db import session, unit_of_work
from mtc.events.models import Event


def fill(variant, count: int, prefix: str = "KEY"):
    """Add so many keys to a pool."""
    with unit_of_work():
        return stock_reservation.add_keys(
            variant.id, [f"{prefix}-{number:05d}-ABCD" for number in range(count)], "first"
        )


def soon():
    """Until when a key is reserved."""
    return clock.now() + timedelta(minutes=30)


def state(variant_id):
    """How many keys of a pool there are of each status; the counter and the product agree with it."""
    counts = queries.stock_counts([variant_id])[variant_id]
    row = queries.variant(variant_id)
    assert row.available == counts.get("available", 0), "the counter equals the pool"
    assert products.get(row.product_id).in_stock is (row.available > 0)
    return {name: number for name, number in counts.items() if number}


def events() -> list[str]:
    """The events of stock, in their order."""
    names = session.execute(select(Event.name).where(Event.name.like("stock.%")).order_by(Event.id))
    return list(names.scalars())
