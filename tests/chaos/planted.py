"""Bugs that people write, to be planted one at a time: each takes one condition out."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from sqlalchemy import select, update

from mtc.checkout.models import Cart
from mtc.checkout.services.carts import token_hash
from mtc.core.db import session
from mtc.core.events import emit
from mtc.core.ids import uuid7
from mtc.orders.models import Order, OrderItem
from mtc.orders.services import pay_order
from mtc.payments.events import PaymentSucceeded
from mtc.payments.models import Payment
from mtc.payments.types.base import RefundRequest


def book_without_lines(order: Order, shares: Sequence[Any], amount: int) -> None:
    """A refund that forgets which pieces it was for: they can be refunded again."""
    raised = {"refunded_amount": Order.refunded_amount + amount}
    session.execute(
        update(Order).where(Order.tenant_id == order.tenant_id, Order.id == order.id).values(raised)
    )


def credit_each_time(payment: Payment, order: Order, received: int | None = None) -> bool:
    """A notification that is believed whatever was booked before it."""
    del received
    mine = (Payment.tenant_id == payment.tenant_id, Payment.id == payment.id)
    raised = {"status": "succeeded", "captured": Payment.captured + payment.amount}
    session.execute(update(Payment).where(*mine).values(raised))
    emit(
        PaymentSucceeded(
            entity_id=order.id, payment_id=payment.id, amount=payment.amount, currency=payment.currency
        )
    )
    pay_order(order, payment.amount)
    return True


def keep_the_stock(_items: Any) -> int:
    """A cancelled order that keeps its keys."""
    return 0


def another_name(**given: Any) -> RefundRequest:
    """A refund that the provider cannot recognise when it is asked for again."""
    return RefundRequest(**{**given, "refund_id": uuid7()})


def find_any_cart(store: Any, token: str | None, customer: Any) -> Cart | None:
    """A cart that can be ordered again and again."""
    del store, customer
    return session.scalars(select(Cart).where(Cart.token_hash == token_hash(token or ""))).first()


def give_away_keys(order: Order, items: list[OrderItem]) -> dict[str, int]:
    """A late payment that takes no new keys for those that were lost meanwhile, nor assigns any."""
    return {}


def nothing(*_: Any, **__: Any) -> None:
    """What should happen does not."""


BUGS: dict[str, tuple[str, str, Callable[..., Any]]] = {
    "a cancelled order keeps its keys": (
        "mtc.orders.services.lifecycle",
        "release_reservations",
        keep_the_stock,
    ),
    "a level is not counted": ("mtc.catalog.services.stock_reservation", "put_back", nothing),
    "a notification is credited each time": (
        "mtc.payments.services.webhooks",
        "book_success",
        credit_each_time,
    ),
    "a refund forgets its lines": ("mtc.payments.services.refunds", "_book", book_without_lines),
    "a refund has another name each time": ("mtc.payments.periodic", "RefundRequest", another_name),
    "a cart is ordered twice": ("mtc.checkout.services.order_placement", "_claim_cart", find_any_cart),
    "a paid order gets no keys": ("mtc.orders.services.lifecycle", "assign_to_buyer", give_away_keys),
    "a payment forgets what was given back": ("mtc.payments.services.refunds", "_take", nothing),
}


def plant(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the bug in its place until the test ends."""
    module, attribute, bug = BUGS[name]
    monkeypatch.setattr(sys.modules[module], attribute, bug)
