"""Handlers of orders that are paid and refunded, and of keys that come in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from mtc.catalog.events import StockAdded, StockReturned
from mtc.core.db import scope_tenant
from mtc.core.tenancy import tenant_scope
from mtc.delivery import queries
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
from mtc.events.registry import subscribe
from mtc.orders import queries as order_queries
from mtc.orders.events import OrderCorrected, OrderKeyReplaced, OrderPaid
from mtc.payments.events import PaymentInstructed, RefundCreated, RefundSucceeded
from mtc.tasks.registry import DELIVERY, MAIL, task


@subscribe(OrderPaid, name="delivery.start", priority=DELIVERY, at_once=is_quick)
def start(event: OrderPaid) -> None:
    """The delivery of each line, with the payment where it is quick; what fails gets a task of its own."""
    start_deliveries(event.order_id)


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


@subscribe(PaymentInstructed, name="delivery.instructions")
@subscribe(OrderCorrected, name="delivery.instructions_again")
def instructions(event: PaymentInstructed | OrderCorrected) -> None:
    """Mail the bank details for paying to each address once, unless the order has been paid meanwhile."""
    order = order_queries.order_by_id(event.order_id)
    if order is not None and order.status == "pending":
        mail_instructions(order)


@subscribe(RefundCreated, name="delivery.revoke")
def revoke(event: RefundCreated) -> None:
    """Revoke access to refunded items."""
    revoke_order(event.order_id)


@subscribe(RefundSucceeded, name="delivery.refund_mail")
def refunded(event: RefundSucceeded) -> None:
    """Mail the buyer that the money is on its way back, once for each refund."""
    order = order_queries.order_by_id(event.order_id)
    if order is not None and not order.is_demo:
        mail_refund(order, event.refund_id, event.amount)


@subscribe(OrderKeyReplaced, name="delivery.replaced_mail")
def replaced(event: OrderKeyReplaced) -> None:
    """Mail the buyer that another key has replaced a faulty one."""
    order = order_queries.order_by_id(event.order_id)
    if order is not None and not order.is_demo:
        mail_replaced(order, event.order_item_id, event.by)


@subscribe(StockAdded, name="delivery.backorders")
@subscribe(StockReturned, name="delivery.returned")
def backorders(event: StockAdded | StockReturned) -> None:
    """Keys came in, or back from an order: lines that lacked some are tried again, oldest first."""
    for order_item_id in queries.failed_items(event.variant_id):
        retry_delivery(order_item_id)
