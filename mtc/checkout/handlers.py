"""What carts do when something happens to the payment of their order."""

from __future__ import annotations

from mtc.checkout.services import empty_restored, restore_cart
from mtc.events.registry import subscribe
from mtc.orders.events import OrderPaid
from mtc.payments.events import PaymentCancelled, PaymentFailed


@subscribe(PaymentCancelled, name="carts.restore")
def restore_after_cancelling(event: PaymentCancelled) -> None:
    """Who cancels at the provider finds the cart as it was."""
    restore_cart(event.order_id)


@subscribe(PaymentFailed, name="carts.restore_declined")
def restore_after_a_decline(event: PaymentFailed) -> None:
    """Who was declined finds the cart as it was, too."""
    restore_cart(event.order_id)


@subscribe(OrderPaid, name="carts.empty_restored", shared=True)
def empty_after_paying(event: OrderPaid) -> None:
    """Who pays the order after all does not find it in the cart again."""
    empty_restored(event.order_id)
