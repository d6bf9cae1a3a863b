"""Eight notifications at once credit once; without the guards they credit more."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask import Flask, current_app

from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.orders import queries
from mtc.payments.kinds.test import signed
from mtc.payments.services import credentials_of, receive
from tests.orders.shop import Shop, look, open_shop, order_of, payment_of
from tests.payments.test_receive import events, said
from tests.services.database import both_databases

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


@both_databases
@pytest.mark.parametrize("same", [True, False], ids=["repeated", "under-new-ids"])
def test_eight_notifications_credit_once(shop: Shop, same: bool) -> None:
    placed = order_of(shop, (shop.key, 1))
    message = said(shop, placed)

    def send(number: int) -> str:
        with tenant_scope(shop.tenant_id), unit_of_work():
            identity = "evt_same" if same else f"evt_{number}"
            headers, body = signed({**message, "id": identity}, credentials_of(shop.gateway)["secret"])
            return receive(shop.gateway, headers, body).outcome

    outcomes = sorted(at_once(send))
    assert outcomes == sorted(["succeeded"] + ["duplicate" if same else "ignored"] * (SENDERS - 1))
    order, payment = look(shop, placed.order.id), payment_of(shop, placed.order.id)
    assert (order.status, order.paid_amount, payment.captured) == ("paid", 2999, 2999)
    assert events(shop, "order.paid") == 1


@pytest.mark.postgres
def test_control_looking_first_credits_more_than_once(shop: Shop) -> None:
    """What the guards are for: look whether it is paid, then book; the threads meet between the two."""
    placed = order_of(shop, (shop.key, 1))
    meeting = Barrier(SENDERS)

    def send(_number: int) -> bool:
        with tenant_scope(shop.tenant_id), unit_of_work():
            order = queries.order_by_id(placed.order.id)
            assert order is not None
            unpaid = order.status == "pending"
            meeting.wait(20)
            if unpaid:
                order.status = "paid"
                session.flush()
            return unpaid

    assert at_once(send).count(True) == SENDERS
