"""What delivery does when orders are paid and refunded, and when keys come in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from mtc.delivery import queries
from mtc.delivery.hooks import DeliveryFact
from mtc.delivery.services import (
    mail_receipt,
    mail_refund,
    mail_replaced,
    retry_delivery,
    revoke_order,
    start_deliveries,
)
from mtc.events.registry import subscribe
from mtc.orders import queries as order_queries
from mtc.plugins.services import after


@subscribe("order.paid", name="delivery.start")
def start(payload: dict[str, Any]) -> None:
    """One delivery and one task per line."""
    start_deliveries(UUID(payload["entity_id"]))


@subscribe("order.paid", name="delivery.receipt")
def receipt(payload: dict[str, Any]) -> None:
    """The receipt, once."""
    order = order_queries.order_by_id(UUID(payload["entity_id"]))
    if order is not None and not order.is_demo:
        mail_receipt(order)


@subscribe("refund.created", name="delivery.revoke")
def revoke(payload: dict[str, Any]) -> None:
    """What was refunded is closed."""
    revoke_order(UUID(payload["entity_id"]))


@subscribe("refund.succeeded", name="delivery.refund_mail")
def refunded(payload: dict[str, Any]) -> None:
    """The buyer is told that the money is on its way back, once for each refund."""
    order = order_queries.order_by_id(UUID(payload["entity_id"]))
    data = payload["data"]
    if order is not None and not order.is_demo:
        mail_refund(order, UUID(data["refund_id"]), int(data["amount"]))


@subscribe("order.key_replaced", name="delivery.replaced_mail")
def replaced(payload: dict[str, Any]) -> None:
    """The buyer is told that another key has taken a faulty one's place."""
    order = order_queries.order_by_id(UUID(payload["entity_id"]))
    data = payload["data"]
    if order is not None and not order.is_demo:
        mail_replaced(order, UUID(data["order_item_id"]), UUID(data["by"]))


@subscribe("stock.added", name="delivery.backorders")
@subscribe("stock.returned", name="delivery.returned")
def backorders(payload: dict[str, Any]) -> None:
    """Keys came in, or back from an order: lines that lacked some are tried again, oldest first."""
    for order_item_id in queries.failed_items(UUID(payload["data"]["variant_id"])):
        retry_delivery(order_item_id)


after(
    "delivery.done", "after_delivery", lambda task: DeliveryFact(UUID(task["entity_id"]), dict(task["data"]))
)
