"""Lists of the API that belong to one thing are paged: refunds of an order, batches of a pool."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from mtc.catalog.models import StockItem
from mtc.catalog.services import stock_reservation
from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.payments.models import Refund
from tests.api.programs import Program
from tests.api.test_v1 import data, fort, program, site
from tests.security.fort import Fort
from tests.servers.database import both_databases

__all__ = ["fort", "program", "site"]


@both_databases
def test_refunds_are_listed_and_paged(program: Program, fort: Fort) -> None:
    path = f"/orders/{fort.order}"
    lines = sorted(data(program.get(path))["lines"], key=lambda one: one["total"])
    amounts = []
    for number, line in enumerate(lines):
        program.post(
            f"{path}/refunds", {"lines": [{"id": line["id"], "quantity": 1}], "reason": f"R{number}"}
        )
        amounts.insert(0, line["unit_price"])
    page = data(program.get(f"{path}/refunds?limit=1"))
    rest = data(program.get(f"{path}/refunds?limit=1&cursor={page['next']}"))
    assert [one["amount"] for one in page["items"] + rest["items"]] == amounts
    assert [one["reason"] for one in page["items"] + rest["items"]] == ["R1", "R0"]
    assert rest["next"] is None
    order = data(program.get(path))
    assert (order["refunds"], order["refunds_next"]) == (page["items"] + rest["items"], None)
    many_refunds(fort, 30)
    order = data(program.get(path))
    assert len(order["refunds"]) == 25
    rest = data(program.get(f"{path}/refunds?cursor={order['refunds_next']}"))
    reasons = [one["reason"] for one in order["refunds"] + rest["items"]]
    assert reasons == [*(f"M{number}" for number in range(29, -1, -1)), "R1", "R0"]
    assert (len(rest["items"]), rest["next"]) == (7, None)
    assert program.get(f"{path}/refunds?cursor=x").status_code == 400
    assert program.get("/orders/9999/refunds").status_code == 404


def many_refunds(fort: Fort, count: int) -> None:
    """So many more refunds of the order, each a second after the one before."""
    with tenant_scope(fort.tenant_id), unit_of_work():
        first = session.scalars(select(Refund).where(Refund.tenant_id == fort.tenant_id)).first()
        assert first is not None
        session.add_all(
            Refund(
                tenant_id=fort.tenant_id, payment_id=first.payment_id, order_id=first.order_id, amount=1,
                currency=first.currency, reason=f"M{number}",
                created_at=first.created_at + timedelta(minutes=1, seconds=number),
            )
            for number in range(count)
        )  # fmt: skip


@both_databases
def test_batches_are_listed_and_paged(program: Program, fort: Fort) -> None:
    """Two of the same moment, so that the name decides."""
    path = f"/stock/{fort.ids['variant']}/batches"
    before = [one["name"] for one in data(program.get(path))["items"]]
    with tenant_scope(fort.tenant_id), unit_of_work():
        for number in range(5):
            keys = [f"PAGED-{number}-A", f"PAGED-{number}-B"]
            stock_reservation.add_keys(UUID(fort.ids["variant"]), keys, batch=f"P{number}")
        rows = session.scalars(select(StockItem).where(StockItem.batch.in_(("P2", "P3")))).all()
        for row in rows:
            row.created_at = rows[0].created_at
    names, cursor = [], ""
    while cursor is not None:
        page = data(program.get(f"{path}?limit=2" + (f"&cursor={cursor}" if cursor else "")))
        assert len(page["items"]) <= 2
        names += [one["name"] for one in page["items"]]
        cursor = page["next"]
    assert names == ["P4", "P3", "P2", "P1", "P0", *before]
    assert program.get(f"{path}?cursor=x").status_code == 400
