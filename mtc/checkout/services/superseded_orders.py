"""Earlier orders of the same shopper, which nobody pays any more: their keys go back for the new one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from mtc.checkout.models import Cart
from mtc.core.i18n import _l
from mtc.orders import queries as order_queries
from mtc.orders.services import cancel_order
from mtc.payments import queries as payment_queries

REASON = _l("The same shopper has ordered anew.")
_REMEMBERED = 5


def remember(before: Cart | None) -> dict[str, Any]:
    """Return a new cart's list of the browser's earlier carts that became orders, newest last."""
    if before is None or before.status != "ordered":
        return {}
    return {"after": [*before.data.get("after", []), str(before.id)][-_REMEMBERED:]}


def cancel_superseded(cart: Cart, customer_id: UUID | None, variant_ids: Iterable[UUID]) -> int:
    """Cancel this browser's, or this customer's, unpaid orders of the same items; returns how many.

    Only orders without a payment under way: who was sent to a provider may be paying at this moment.
    """
    carts = [UUID(cart_id) for cart_id in cart.data.get("after", [])]
    if not carts and customer_id is None:
        return 0
    given_up = 0
    for order_id in order_queries.unpaid_orders(carts, customer_id, sorted(variant_ids)):
        # The lock first: a payment that begins at this moment either is seen or finds the order cancelled.
        order = order_queries.lock_order(order_id)
        if order is None or order.status != "pending" or payment_queries.open_payment(order_id) is not None:
            continue
        cancel_order(order_id, REASON)
        given_up += 1
    return given_up
