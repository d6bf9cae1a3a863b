"""Eight notifications at once credit once; without the guards they credit more."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask import Flask, current_app
from sqlalchemy import update

from mtc.checkout.services import pay_again
from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.orders import queries
from mtc.orders.models import Order
from mtc.orders.services import get_order
from mtc.payments.queries import payments_of
from mtc.payments.services import credentials_of, payment_start
from mtc.payments.types.test import signed
from tests.orders.shop import Shop, look, open_shop, order_of, payment_of
from tests.payments.test_webhooks import events, said, tell
from tests.servers.database import both_databases

SENDERS = 8


@pytest.fixture
def shop(tenant: Any) -> Shop:
    """The shop of Acme."""
    return open_shop(tenant)


def at_once(work: Callable[[int], Any], times: int = SENDERS) -> list[Any]:
    """Run the work in so many threads that start together; what it raised comes back as a value."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    gate = Barrier(times)

    def run(number: int) -> Any:
        with app.app_context():
            gate.wait(20)
            try:
                return work(number)
            except Exception as error:
                return error

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(run, range(times)))


def post(headers: dict[str, str], body: bytes) -> str:
    """Send a notification the way a provider does; each thread has a connection of its own."""
    client = current_app.test_client()
    answer = client.post(
        "/webhooks/payments/test", data=body, headers=headers, base_url="http://acme.localhost:8000"
    )
    assert answer.status_code == 200, answer.text
    return str(answer.get_json()["data"]["outcome"])


@both_databases
@pytest.mark.parametrize("same", [True, False], ids=["repeated", "under-new-ids"])
def test_eight_notifications_credit_once(shop: Shop, same: bool) -> None:
    placed = order_of(shop, (shop.key, 1))
    message = said(shop, placed)
    with tenant_scope(shop.tenant_id):
        secret = credentials_of(shop.gateway)["secret"]

    def send(number: int) -> str:
        return post(*signed({**message, "id": "evt_same" if same else f"evt_{number}"}, secret))

    outcomes = sorted(at_once(send))
    assert outcomes == sorted(["succeeded"] + ["duplicate" if same else "ignored"] * (SENDERS - 1))
    order, payment = look(shop, placed.order.id), payment_of(shop, placed.order.id)
    assert (order.status, order.paid_amount, payment.captured) == ("fulfilled", 2999, 2999)
    assert events(shop, "order.paid") == 1


@both_databases
def test_eight_senders_each_tell_everything_in_another_order(shop: Shop) -> None:
    """A provider that repeats itself from eight machines: declines, repeats, misfits, disputes."""
    placed = order_of(shop, (shop.key, 1))
    with tenant_scope(shop.tenant_id):
        secret = credentials_of(shop.gateway)["secret"]
    words = [
        said(shop, placed, "payment.failed"),
        said(shop, placed, "payment.cancelled"),
        said(shop, placed, "payment.succeeded"),
        said(shop, placed, "payment.succeeded", id="evt_again"),
        said(shop, placed, "payment.succeeded", id="evt_part", amount=1),
        said(shop, placed, "payment.disputed"),
    ]

    def send(number: int) -> list[str]:
        mine = [words[(number + step * (1 if number % 2 else 5)) % len(words)] for step in range(len(words))]
        return [post(*signed(word, secret)) for word in mine]

    outcomes = at_once(send)
    assert all(isinstance(one, list) for one in outcomes), outcomes
    heard = [one for told in outcomes for one in told]
    assert heard.count("duplicate") == len(words) * (SENDERS - 1)
    assert (heard.count("succeeded"), heard.count("mismatch")) == (1, 1)
    order, payment = look(shop, placed.order.id), payment_of(shop, placed.order.id)
    assert (order.status, order.paid_amount, payment.captured) == ("fulfilled", 2999, 2999)
    assert (events(shop, "order.paid"), events(shop, "payment.succeeded")) == (1, 1)


@both_databases
def test_control_looking_before_booking_credits_every_time(shop: Shop) -> None:
    """What the guards are for: look whether it is known, then book it; the senders meet between the two."""
    placed = order_of(shop, (shop.key, 1))
    meeting = Barrier(SENDERS)

    def send(_number: int) -> None:
        with tenant_scope(shop.tenant_id, readonly=True), unit_of_work():
            order = queries.order_by_id(placed.order.id)
            assert order is not None
            unpaid = order.status == "pending"
        meeting.wait(20)
        if unpaid:
            with tenant_scope(shop.tenant_id), unit_of_work():
                session.execute(
                    update(Order)
                    .where(Order.tenant_id == shop.tenant_id, Order.id == placed.order.id)
                    .values(status="paid", paid_amount=Order.paid_amount + 2999)
                    .execution_options(synchronize_session=False)
                )

    assert at_once(send) == [None] * SENDERS
    assert look(shop, placed.order.id).paid_amount == SENDERS * 2999


@both_databases
def test_eight_presses_of_pay_start_one_payment(shop: Shop) -> None:
    """After a decline; two pages to pay on would be two charges."""
    placed = order_of(shop, (shop.key, 1))
    tell(shop, said(shop, placed, "payment.failed"))

    def press(_number: int) -> str:
        with tenant_scope(shop.tenant_id), unit_of_work():
            return pay_again(get_order(placed.order.id)).url

    pages = at_once(press)
    assert len(set(pages)) == 1 and str(pages[0]).startswith("/pay/test/"), pages
    with tenant_scope(shop.tenant_id), unit_of_work():
        assert [one.status for one in payments_of(placed.order.id)] == ["failed", "pending"]


@pytest.mark.postgres
def test_control_without_the_lock_each_press_starts_one(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    placed = order_of(shop, (shop.key, 1))
    tell(shop, said(shop, placed, "payment.failed"))
    meeting = Barrier(SENDERS)
    find = payment_start.queries.open_payment

    def look_and_meet(*given: Any) -> Any:
        known = find(*given)
        meeting.wait(20)
        return known

    monkeypatch.setattr(payment_start.order_queries, "lock_order", lambda _order_id: None)
    monkeypatch.setattr(payment_start.queries, "open_payment", look_and_meet)

    def press(_number: int) -> str:
        with tenant_scope(shop.tenant_id), unit_of_work():
            return pay_again(get_order(placed.order.id)).url

    assert len(set(at_once(press))) == SENDERS
