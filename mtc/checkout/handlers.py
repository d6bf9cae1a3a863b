"""Handlers of events of the payment of a cart's order."""

from __future__ import annotations

from mtc.checkout.services import empty_restored, restore_cart
from mtc.events.registry import subscribe
from mtc.orders.events import OrderPaid
from mtc.payments.events import PaymentCancelled, PaymentFailed


@subscribe(PaymentCancelled, name="carts.restore")
def restore_after_cancelling(event: PaymentCancelled) -> None:
    """Restore the cart of a shopper who cancels at the provider."""
    restore_cart(event.order_id)


@subscribe(PaymentFailed, name="carts.restore_declined")
def restore_after_a_decline(event: PaymentFailed) -> None:
    """Restore the cart of a shopper whose payment was declined."""
    restore_cart(event.order_id)


@subscribe(OrderPaid, name="carts.empty_restored", shared=True)
def empty_after_paying(event: OrderPaid) -> None:
    """Empty the restored cart of a shopper who pays the order after all."""
    empty_restored(event.order_id)
