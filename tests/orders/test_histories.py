"""Random histories of orders, payments, refunds and stock: the books are right after every step."""

from __future__ import annotations

import os
from collections import Counter
from typing import Any

from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from mtc.catalog.models import ProductVariant, StockItem
from mtc.core import clock
from mtc.core.db import session, unit_of_work
from mtc.core.errors import ConflictError, ValidationError
from mtc.core.ids import token
from mtc.core.tenancy import tenant_scope
from mtc.events.services import run_due
from mtc.orders.models import Order, OrderItem
from mtc.orders.services import OWNED, cancel_order, expire_pending
from mtc.payments.kinds.test import signed
from mtc.payments.models import Payment, Refund
from mtc.payments.services import credentials_of, receive, refund
from tests.factories.tenants import make_world
from tests.orders.shop import Shop, open_shop, order_of

KEYS = 4
HISTORIES = int(os.environ.get("HISTORIES", "25"))
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["order", "order", "succeed", "succeed", "fail", "cancel", "expire", "refund", "refund", "work"]
        ),
        st.integers(0, 2),
        st.integers(1, 2),
    ),
    min_size=2,
    max_size=9,
)


class History:
    """One shop with four keys, and what happens to it."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.orders: list[Order] = []
        with tenant_scope(shop.tenant_id), unit_of_work():
            self.secrets = credentials_of(shop.gateway)

    def step(self, name: str, which: int, count: int) -> None:
        """Do one thing; refusals are part of life."""
        try:
            if name == "order":
                self.orders.append(order_of(self.shop, (self.shop.key, count), (self.shop.file, 1)).order)
            elif name == "work":
                run_due()
            elif which < len(self.orders):
                getattr(self, name)(self.orders[which], count)
        except (ConflictError, ValidationError):
            pass
        self.check()

    def _tell(self, order: Order, kind: str) -> None:
        with tenant_scope(self.shop.tenant_id), unit_of_work():
            payment = session.scalars(
                select(Payment).where(Payment.tenant_id == order.tenant_id, Payment.order_id == order.id)
            ).one()
            said = {
                "id": f"{order.id}{kind}",
                "type": kind,
                "payment": payment.provider_ref,
                "account": self.secrets["account"],
                "order": order.order_number,
                "amount": payment.amount,
                "currency": payment.currency,
            }
            receive(self.shop.gateway, *signed(said, self.secrets["secret"]))

    def succeed(self, order: Order, _count: int) -> None:
        self._tell(order, "payment.succeeded")

    def fail(self, order: Order, _count: int) -> None:
        self._tell(order, "payment.failed")

    def cancel(self, order: Order, _count: int) -> None:
        with tenant_scope(self.shop.tenant_id), unit_of_work():
            cancel_order(order.id)

    def expire(self, order: Order, _count: int) -> None:
        with tenant_scope(self.shop.tenant_id), unit_of_work():
            expire_pending(clock.now().replace(year=2100))

    def refund(self, order: Order, count: int) -> None:
        with tenant_scope(self.shop.tenant_id), unit_of_work():
            refund(order.id, [(self._key_line(order), count)] if count == 1 else None)

    def _key_line(self, order: Order) -> Any:
        query = select(OrderItem.id).where(
            OrderItem.tenant_id == order.tenant_id, OrderItem.order_id == order.id
        )
        return session.scalars(query.order_by(OrderItem.position)).first()

    def _all(self, model: Any) -> list[Any]:
        return list(session.scalars(select(model).where(model.tenant_id == self.shop.tenant_id)).all())

    def check(self, *, settled: bool = False) -> None:
        """The invariants; `settled` once nothing is left to be done."""
        with tenant_scope(self.shop.tenant_id), unit_of_work():
            payments, refunds = self._all(Payment), self._all(Refund)
            items, units = self._all(OrderItem), self._all(StockItem)
            for order in self._all(Order):
                lines = [item for item in items if item.order_id == order.id]
                self._money(order, lines, payments, refunds)
                self._keys(order, lines, units, settled)
            free = sum(unit.status == "available" for unit in units)
            variant = session.get(ProductVariant, (self.shop.tenant_id, self.shop.key))
            assert variant is not None
            assert variant.available == free
            assert len(units) == KEYS
            assert all((unit.order_item_id is None) == (unit.status == "available") for unit in units)

    def _money(self, order: Order, lines: list[Any], payments: list[Any], refunds: list[Any]) -> None:
        mine = [payment for payment in payments if payment.order_id == order.id]
        back = sum(one.amount for one in refunds if one.order_id == order.id)
        assert order.total == sum(line.total for line in lines)
        assert order.paid_amount == sum(payment.captured for payment in mine)
        assert order.refunded_amount == back == sum(payment.refunded for payment in mine)
        assert order.refunded_amount == sum(line.refunded_amount for line in lines) <= order.paid_amount
        left = sum(line.quantity - line.refunded_quantity for line in lines)
        assert (order.status == "refunded") == (left == 0)
        assert (order.status in (*OWNED, "refunded")) == (order.paid_amount > 0)

    def _keys(self, order: Order, lines: list[Any], units: list[Any], settled: bool) -> None:
        line = next(one for one in lines if one.variant_id == self.shop.key)
        held = Counter(unit.status for unit in units if unit.order_item_id == line.id)
        if order.status == "pending":
            assert held == {"reserved": line.quantity}
        elif order.status in ("cancelled", "expired"):
            assert not held
        else:
            assert held["reserved"] == 0
            assert held["delivered"] <= line.quantity
            if settled:
                kept = line.quantity - line.refunded_quantity
                assert held["delivered"] == kept or line.delivery_status == "failed"


@settings(
    max_examples=HISTORIES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    database=None,
)
@given(steps=STEPS)
def test_the_books_are_right_after_every_step(app: Flask, steps: list[tuple[str, int, int]]) -> None:
    slug = "t" + token(9).lower().replace("_", "x").replace("-", "y")
    history = History(open_shop(make_world(slug, "Acme"), keys=KEYS))
    for name, which, count in [("order", 0, 1), *steps]:
        history.step(name, which, count)
    run_due()
    history.check(settled=True)
