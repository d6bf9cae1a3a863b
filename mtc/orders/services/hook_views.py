"""Orders as before-hooks see them."""

from __future__ import annotations

from mtc.orders.hooks import OrderView
from mtc.orders.models import Order
from mtc.plugins.services import is_hooked, run_before


def order_view(order: Order) -> OrderView:
    """The order as plugins see it."""
    return OrderView(
        order_id=order.id,
        number=order.order_number,
        status=order.status,
        total=order.total,
        currency=order.currency,
        email=order.email,
        country=order.country,
    )


def ask_about_order(hook: str, order: Order) -> None:
    """Let plugins look at an order before something is done with it. Raises Reject."""
    if is_hooked(hook):
        run_before(hook, order_view(order))
