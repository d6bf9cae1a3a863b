"""Small orders are delivered in the transaction of their payment; all others by a task."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from mtc.catalog.services import stock_reservation
from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.delivery.services.deliver import QUICK
from mtc.delivery.types import kinds
from mtc.tasks.models import Task
from mtc.tasks.services import run_due
from tests.orders.shop import Shop, look, order_of
from tests.payments.test_webhooks import events, said, tell
from tests.servers.database import both_databases


def names(shop: Shop) -> list[str]:
    """What is still to be done for orders."""
    with tenant_scope(shop.tenant_id, readonly=True), unit_of_work():
        found = session.scalars(select(Task.name).where(Task.status == "pending")).all()
    return sorted(name for name in found if name in ("delivery.start", "delivery.mails", "events.follow"))


@both_databases
def test_the_key_is_there_with_the_payment(shop: Shop) -> None:
    placed = order_of(shop, (shop.key, 2))
    assert tell(shop, said(shop, placed)).outcome == "succeeded"
    order = look(shop, placed.order.id)
    assert (order.status, [item.delivery_status for item in order.items]) == ("fulfilled", ["delivered"])
    assert names(shop) == ["delivery.mails", "events.follow"]


@pytest.mark.parametrize(("pieces", "status"), [(QUICK, "fulfilled"), (QUICK + 1, "paid")])
def test_many_pieces_are_a_task(shop: Shop, pieces: int, status: str) -> None:
    with tenant_scope(shop.tenant_id), unit_of_work():
        stock_reservation.add_keys(shop.key, [f"MANY-{number:05d}" for number in range(100)])
    placed = order_of(shop, (shop.key, pieces))
    tell(shop, said(shop, placed))
    assert look(shop, placed.order.id).status == status
    assert ("delivery.start" in names(shop)) == (status == "paid")
    run_due()
    assert look(shop, placed.order.id).status == "fulfilled"
    assert events(shop, "delivery.done") == 1


@both_databases
def test_a_payment_is_booked_though_its_delivery_breaks(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(fact: object) -> None:
        raise LookupError("a fault in MTC")

    monkeypatch.setattr("mtc.delivery.handlers.start_deliveries", breaks)
    placed = order_of(shop, (shop.key, 1))
    assert tell(shop, said(shop, placed)).outcome == "succeeded"
    assert look(shop, placed.order.id).status == "paid"
    assert "delivery.start" in names(shop)
    monkeypatch.undo()
    run_due()
    assert look(shop, placed.order.id).status == "fulfilled"


@pytest.mark.parametrize("kind", ["email", "file"])
@both_databases
def test_a_line_that_breaks_is_tried_again_alone(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    def breaks(job: object) -> None:
        raise LookupError("a fault in a kind")

    monkeypatch.setattr(kinds.get(kind), "deliver", breaks)
    placed = order_of(shop, (shop.key, 1), (shop.file, 1))
    tell(shop, said(shop, placed))
    order = look(shop, placed.order.id)
    assert order.status == "paid"
    assert sorted(item.delivery_status for item in order.items) == ["delivered", "pending"]
    monkeypatch.undo()
    run_due()
    assert look(shop, placed.order.id).status == "fulfilled"
