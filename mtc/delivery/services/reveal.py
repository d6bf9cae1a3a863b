"""Showing a key to its owner: on request only, and written down."""

from __future__ import annotations

from uuid import UUID

from mtc.catalog.services import stock
from mtc.core.errors import GoneError, NotFoundError
from mtc.events.services import emit
from mtc.orders import queries as order_queries
from mtc.orders.services import OWNED, get_order
from mtc.orders.services.holding import kept


def reveal(order_id: UUID, unit_id: UUID, ip: str = "") -> str:
    """The key in clear. From then on it counts as used. Call it for POST only, answer with no-store.

    Who may see the order is the caller's question. Raises NotFoundError (not a key of this order) and
    GoneError (refunded or replaced).
    """
    order = get_order(order_id)
    found = order_queries.unit_of_order(order_id, unit_id)
    if found is None:
        raise NotFoundError("This order has no such key.")
    unit, item = found
    if order.status not in OWNED or kept(item) == 0:
        raise GoneError("This item was refunded; its key is closed.")
    first = unit.revealed_at is None
    value = stock.reveal(unit)
    facts = {"unit": str(unit.id), "order_item_id": str(item.id), "ip": ip, "first": first}
    emit("order.key_revealed", entity=order, data={**facts, "text": item.title})
    return value
