"""What carts do when something happens to the payment of their order."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from mtc.checkout.services import empty_restored, restore_cart
from mtc.events.registry import subscribe


@subscribe("payment.cancelled", name="carts.restore")
def restore_after_cancelling(payload: dict[str, Any]) -> None:
    """Who cancels at the provider finds the cart as it was."""
    restore_cart(UUID(payload["entity_id"]))


@subscribe("payment.failed", name="carts.restore_declined")
def restore_after_a_decline(payload: dict[str, Any]) -> None:
    """Who was declined finds the cart as it was, too."""
    restore_cart(UUID(payload["entity_id"]))


@subscribe("order.paid", name="carts.empty_restored", shared=True)
def empty_after_paying(payload: dict[str, Any]) -> None:
    """Who pays the order after all does not find it in the cart again."""
    empty_restored(UUID(payload["entity_id"]))
