"""Concurrent refunds never give back more than came in; without the condition they would."""

from __future__ import annotations

from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import select, update

from mtc.core.db import session, unit_of_work
from mtc.core.errors import ConflictError, ValidationError
from mtc.core.tenancy import tenant_scope
from mtc.payments.models import Payment
from mtc.payments.queries import refund_list
from mtc.payments.services import refund
from mtc.tasks.services import run_due
from tests.concurrency.test_notifications import at_once
from tests.orders.shop import Shop, bought, look, open_shop, payment_of
from tests.servers.database import both_databases

RIVALS = 6


@pytest.fixture
def shop(tenant: Any) -> Shop:
    """The shop of Acme."""
    return open_shop(tenant)


@both_databases
def test_of_six_full_refunds_one_is_booked(shop: Shop) -> None:
    order = bought(shop, (shop.key, 2), (shop.file, 1))

    def give_back(_number: int) -> int:
        with tenant_scope(shop.tenant_id), unit_of_work():
            return sum(one.amount for one in refund(order.id))

    results = at_once(give_back, RIVALS)
    assert [one for one in results if isinstance(one, int)] == [7198]
    assert all(isinstance(one, int | ConflictError | ValidationError) for one in results), results
    assert (look(shop, order.id).refunded_amount, payment_of(shop, order.id).refunded) == (7198, 7198)


@both_databases
def test_refunds_of_single_pieces_add_up_to_what_was_paid(shop: Shop) -> None:
    order = bought(shop, (shop.key, 4))
    line = order.items[0].id

    def give_back(_number: int) -> int:
        with tenant_scope(shop.tenant_id), unit_of_work():
            return sum(one.amount for one in refund(order.id, [(line, 1)]))

    results = at_once(give_back, RIVALS)
    assert sorted(one for one in results if isinstance(one, int)) == [2999] * 4
    run_due()
    final = look(shop, order.id)
    assert (final.status, final.refunded_amount, final.items[0].refunded_quantity) == (
        "refunded",
        4 * 2999,
        4,
    )
    with tenant_scope(shop.tenant_id), unit_of_work():
        assert [one.status for one in refund_list(order.id).items] == ["succeeded"] * 4


@both_databases
def test_of_four_refunds_of_sixty_out_of_a_hundred_one_is_booked(shop: Shop) -> None:
    """Three of five pieces each: sixty per cent of what came in, four times at once."""
    order = bought(shop, (shop.key, 5))
    line = order.items[0].id

    def give_back(_number: int) -> int:
        with tenant_scope(shop.tenant_id), unit_of_work():
            return sum(one.amount for one in refund(order.id, [(line, 3)]))

    results = at_once(give_back, 4)
    assert [one for one in results if isinstance(one, int)] == [3 * 2999]
    assert all(isinstance(one, int | ConflictError | ValidationError) for one in results), results
    run_due()
    final, payment = look(shop, order.id), payment_of(shop, order.id)
    assert (final.status, final.refunded_amount, payment.refunded) == ("partially_refunded", 8997, 8997)


@both_databases
def test_control_looking_before_booking_gives_back_more_than_came_in(shop: Shop) -> None:
    """Look how much is left, then book sixty of a hundred: all four see the full amount."""
    order = bought(shop, (shop.key, 5))
    mine = (Payment.tenant_id == shop.tenant_id, Payment.order_id == order.id)
    meeting, part = Barrier(4), 3 * 2999

    def give_back(_number: int) -> int:
        with tenant_scope(shop.tenant_id, readonly=True), unit_of_work():
            left = session.execute(select(Payment.captured - Payment.refunded).where(*mine)).scalar_one()
        meeting.wait(20)
        if left < part:
            return 0
        with tenant_scope(shop.tenant_id), unit_of_work():
            # Written as a value: with a sum the CHECK of the table would be the second lock.
            session.execute(
                update(Payment)
                .where(*mine)
                .values(refunded=part)
                .execution_options(synchronize_session=False)
            )
            return part

    assert sum(at_once(give_back, 4)) == 4 * part > 5 * 2999
