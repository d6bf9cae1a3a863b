"""A shop to which anything may happen in any order: carts, orders, payments, refunds, stock, moods."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import select

from mtc.catalog.models import StockItem
from mtc.catalog.services import stock_reservation
from mtc.checkout import queries as carts
from mtc.checkout.services import add_line, ensure_cart, find_cart, place_order, set_line
from mtc.checkout.services.order_placement import pay_again
from mtc.core import clock
from mtc.core.db import session, unit_of_work
from mtc.core.errors import AppError
from mtc.core.tenancy import tenant_scope
from mtc.orders.queries import order_by_id
from mtc.orders.services import cancel_order, expire_pending
from mtc.payments.queries import payment_by_id, payments_of, refund_list
from mtc.payments.services import credentials_of, handle_webhook, refund, refund_surplus, retry_refund
from mtc.payments.types.test import signed
from mtc.tasks.services import run_due
from tests.chaos.auditor import Auditor
from tests.chaos.provider import MOODS, Provider
from tests.orders.shop import Shop, buyer, fill_cart

KEYS = 4
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TOUCHES = [
    ("delivered", stock_reservation.reveal),
    ("delivered", stock_reservation.replace),
    ("delivered", stock_reservation.quarantine),  # refused: the buyer would have none
    ("available", stock_reservation.quarantine),
]
WHICH, FEW = st.integers(0, 2), st.integers(1, 2)


class Scene:
    """A shop with one order, to which each history returns; the file holds its database."""

    def __init__(self, shop: Shop, file: str) -> None:
        self.shop, self.file = shop, file
        with clock.frozen(NOON):
            self.token = fill_cart(shop, (shop.key, 1), (shop.file, 1))
            with tenant_scope(shop.tenant_id), unit_of_work():
                self.order_id = place_order(shop.store, self.token, buyer()).order.id
        with tenant_scope(shop.tenant_id), unit_of_work():
            self.secrets = credentials_of(shop.gateway)
        self._kept = sqlite3.connect(":memory:")
        with sqlite3.connect(file) as source:
            source.backup(self._kept)
        source.close()

    def reset(self) -> None:
        """Everything as it was."""
        target = sqlite3.connect(self.file)
        target.execute("PRAGMA synchronous=OFF")
        self._kept.backup(target)
        target.close()


class History(RuleBasedStateMachine):
    """One history; `scene` and `provider` are set by the test."""

    scene: Scene
    provider: Provider

    def __init__(self) -> None:
        super().__init__()
        self.scene.reset()
        self.shop = self.scene.shop
        self.provider.__init__()  # type: ignore[misc]
        self.auditor = Auditor(self.scene.file, self.shop.key)
        self.token: str | None = None
        self.orders: list[Any] = [self.scene.order_id]
        self.tokens: list[str] = [self.scene.token]
        self.loaded, self.told = KEYS, 0
        self._clock = clock.frozen(NOON)
        self._clock.__enter__()

    def teardown(self) -> None:
        """Let everything come to rest, and look once more."""
        try:
            self.provider.mood = "kind"
            for order_id in self.orders:
                self._tell_all(order_id)
            while run_due():
                clock.advance(7 * 3600)
            self.auditor.check(self.provider, self.loaded, settled=True)
        finally:
            self.auditor.close()
            self._clock.__exit__(None, None, None)

    def _do(self, what: Callable[[], Any]) -> Any:
        """In a transaction; refusals are part of life."""
        try:
            with tenant_scope(self.shop.tenant_id), unit_of_work():
                return what()
        except AppError:
            return None

    def _order(self, which: int) -> Any:
        return self.orders[which % len(self.orders)]

    def _about(self, payment_id: Any, kind: str, **more: Any) -> None:
        """A notification about a payment; the provider has its money before it says so."""
        self.told += 1

        def tell() -> None:
            payment = payment_by_id(payment_id)
            order = order_by_id(payment.order_id) if payment else None
            assert payment is not None
            assert order is not None
            if kind == "payment.succeeded" and "amount" not in more:
                self.provider.collect(payment)
            account = self.scene.secrets["account"]
            said = self.provider.said(kind, payment, order.order_number, account, **more)
            said = {"id": f"evt_{self.told}", **said}
            handle_webhook(self.shop.gateway, *signed(said, self.scene.secrets["secret"]))

        self._do(tell)

    def _payments(self, order_id: Any) -> list[Any]:
        return self._do(lambda: [one.id for one in payments_of(order_id)]) or []

    def _tell_all(self, order_id: Any) -> None:
        """The provider repeats itself about every payment that it has collected."""
        for payment in self._do(lambda: payments_of(order_id)):
            if payment.provider_ref in self.provider.collected:
                self._about(payment.id, "payment.succeeded")

    @rule(count=FEW, key=st.booleans())
    def fill(self, count: int, key: bool) -> None:
        def put() -> str:
            cart, token = ensure_cart(self.shop.store, self.token)
            add_line(cart, self.shop.key if key else self.shop.file, count)
            return token

        self.token = self._do(put) or self.token

    @precondition(lambda self: self.token)
    @rule(count=st.integers(0, 3))
    def change(self, count: int) -> None:
        def put() -> None:
            cart = find_cart(self.token)
            if cart is not None:
                for line in carts.lines_of(cart.id)[:1]:
                    set_line(cart, line.id, count)

        self._do(put)

    @precondition(lambda self: self.token)
    @rule()
    def check_out(self) -> None:
        placed = self._do(lambda: place_order(self.shop.store, self.token, buyer()))
        if placed is not None and placed.created:
            self.orders.append(placed.order.id)
            self.tokens.append(self.token or "")
            self.token = None

    @rule(which=WHICH)
    def press_again(self, which: int) -> None:
        token, order_id = self.tokens[which % len(self.tokens)], self._order(which)
        before = self._do(lambda: {one.status for one in payments_of(order_id)})
        placed = self._do(lambda: place_order(self.shop.store, token, buyer()))
        if placed is not None and placed.created:
            # A cart that an unpaid order has given back may be placed anew; one that was paid may not.
            assert "succeeded" not in before
            self.orders.append(placed.order.id)
            self.tokens.append(token)

    @rule(which=WHICH, attempt=st.integers(0, 1))
    def pay(self, which: int, attempt: int) -> None:
        payments = self._payments(self._order(which))
        if payments:
            self._about(payments[attempt % len(payments)], "payment.succeeded")

    @rule(which=WHICH)
    def pay_for_the_newest(self, which: int) -> None:
        for payment_id in self._payments(self._order(which))[-1:]:
            self._about(payment_id, "payment.succeeded")

    @rule(which=WHICH, how=st.sampled_from(["failed", "cancelled"]))
    def decline(self, which: int, how: str) -> None:
        for payment_id in self._payments(self._order(which))[-1:]:
            self._about(payment_id, f"payment.{how}")

    @rule(which=WHICH)
    def pay_too_little(self, which: int) -> None:
        for payment_id in self._payments(self._order(which))[-1:]:
            self._about(payment_id, "payment.succeeded", amount=1)

    @rule(which=WHICH)
    def try_to_pay_again(self, which: int) -> None:
        def again() -> None:
            order = order_by_id(self._order(which))
            assert order is not None
            pay_again(order)

        self._do(again)

    @rule(which=WHICH)
    def cancel(self, which: int) -> None:
        self._do(lambda: cancel_order(self._order(which)))

    @rule(minutes=st.sampled_from([10, 40, 90]))
    def wait(self, minutes: int) -> None:
        clock.advance(60 * minutes)
        self._do(expire_pending)
        self._do(stock_reservation.expire_reservations)

    @rule(which=WHICH, line=st.integers(0, 1), count=FEW, everything=st.booleans())
    def give_back(self, which: int, line: int, count: int, everything: bool) -> None:
        def some() -> None:
            order = order_by_id(self._order(which))
            assert order is not None
            item = order.items[line % len(order.items)]
            refund(order.id, None if everything else [(item.id, count)])

        self._do(some)

    @rule(which=WHICH)
    def give_back_the_surplus(self, which: int) -> None:
        self._do(lambda: refund_surplus(self._order(which)))

    @rule(which=WHICH, told=st.sampled_from(["succeeded", "failed"]))
    def hear_of_refunds(self, which: int, told: str) -> None:
        """The provider tells what it did, before or after it was asked for an answer."""
        for one in self._do(lambda: refund_list(self._order(which)).items):
            given = one.id in self.provider.given_back
            if given == (told == "succeeded"):
                about = {"refund": str(one.id), "amount": one.amount}
                self._about(one.payment_id, f"refund.{told}", **about)

    @rule(which=WHICH)
    def ask_for_refunds_again(self, which: int) -> None:
        for one in self._do(lambda: refund_list(self._order(which)).items):
            self._do(lambda one=one: retry_refund(one.id))

    @rule(mood=st.sampled_from(MOODS))
    def be(self, mood: str) -> None:
        self.provider.mood = mood

    @rule()
    def work(self) -> None:
        run_due()
        clock.advance(20)

    @rule()
    def load_a_key(self) -> None:
        text = f"MORE-{self.loaded}-ABCDEF"
        if self._do(lambda: stock_reservation.add_keys(self.shop.key, text)) is not None:
            self.loaded += 1

    @rule(which=WHICH, what=st.sampled_from(TOUCHES))
    def touch_a_key(self, which: int, what: tuple[str, Callable[[Any], Any]]) -> None:
        status, how = what

        def touch() -> None:
            query = select(StockItem.id).where(StockItem.status == status).order_by(StockItem.id)
            for unit in session.scalars(query.offset(which).limit(1)).all():
                how(unit)

        self._do(touch)

    @invariant()
    def the_books_are_right(self) -> None:
        self.auditor.check(self.provider, self.loaded, settled=False)
