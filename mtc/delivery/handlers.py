"""What delivery does when orders are paid and refunded, and when keys come in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from mtc.core.db import scope_tenant
from mtc.core.tenancy import tenant_scope
from mtc.delivery import queries
from mtc.delivery.hooks import DeliveryFact
from mtc.delivery.services import (
    is_quick,
    mail_instructions,
    mail_receipt,
    mail_refund,
    mail_replaced,
    post_due,
    retry_delivery,
    revoke_order,
    start_deliveries,
    write_due,
)
from mtc.events.registry import DELIVERY, MAIL, subscribe, task
from mtc.orders import queries as order_queries
from mtc.plugins.services import after


@subscribe("order.paid", name="delivery.start", priority=DELIVERY, at_once=is_quick)
def start(payload: dict[str, Any]) -> None:
    """The delivery of each line, with the payment where it is quick; what fails gets a task of its own."""
    start_deliveries(UUID(payload["entity_id"]))


@task("delivery.mails", transactional=False, priority=MAIL)
def mails(payload: dict[str, Any]) -> Callable[[], None] | None:
    """The receipt, unless it was mailed before, and what has been delivered and not been mailed."""
    order_id = UUID(payload["entity_id"])
    with tenant_scope(scope_tenant(), readonly=True):
        due = write_due(order_id)
    return None if due is None else lambda: post_due(order_id, due)


@task("delivery.receipt", priority=MAIL)
def receipt(payload: dict[str, Any]) -> None:
    """The receipt, once."""
    order = order_queries.order_by_id(UUID(payload["entity_id"]))
    if order is not None:
        mail_receipt(order)


@subscribe("payment.instructed", name="delivery.instructions")
@subscribe("order.corrected", name="delivery.instructions_again")
def instructions(payload: dict[str, Any]) -> None:
    """How to pay by bank transfer, to each address once, unless the order has been paid meanwhile."""
    order = order_queries.order_by_id(UUID(payload["entity_id"]))
    if order is not None and order.status == "pending":
        mail_instructions(order)


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
