"""Payments, refunds and mails of an order in the admin: a page of each, whatever their number."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from mtc.core import clock
from mtc.core.db import session, unit_of_work
from mtc.core.ids import uuid7
from mtc.core.tenancy import tenant_scope
from mtc.emails.models import Email
from mtc.orders import queries
from mtc.orders.models import Order
from mtc.payments.models import Payment, Refund
from mtc.payments.queries import payments_of
from tests.admin.conftest import Shop
from tests.admin.people import Person
from tests.servers.database import both_databases, counted

COUNT = 45
LISTS = ("payments", "refunds", "mails")
ROW = r"Row no (\d{3})\b"


def filled(shop: Shop, name: str) -> None:
    """So many rows of the list, the last of which is the newest; some are of the same moment."""
    with tenant_scope(shop.world.id), unit_of_work():
        order = queries.order_by_number(shop.order)
        assert order is not None
        [paid] = payments_of(order.id)
        start = clock.now() + timedelta(minutes=1)
        for number in range(COUNT):
            row = made(name, order, paid, f"Row no {number:03d}")
            row.created_at = start + timedelta(seconds=number // 10)
            session.add(row)


def made(name: str, order: Order, paid: Payment, text: str) -> Any:
    common = {"id": uuid7(), "tenant_id": order.tenant_id}
    money = {"order_id": order.id, "amount": 1, "currency": order.currency, "status": "failed"}
    if name == "payments":
        return Payment(**common, **money, gateway_id=paid.gateway_id, data={"note": text})
    if name == "refunds":
        return Refund(**common, **money, payment_id=paid.id, reason=text)
    return Email(
        **common, entity_type="order", entity_id=order.id, kind="order", recipient="a@b.example",
        sender="c@d.example", subject=text, body_text="", status="sent",
    )  # fmt: skip


@both_databases
@pytest.mark.parametrize("name", LISTS)
def test_every_row_is_reached_and_each_once(shop: Shop, owner: Person, name: str) -> None:
    path = f"{shop.url}/orders/{shop.order}"
    owner.get(path)
    with counted() as few:
        plain = unescape(owner.get(path).text)
    assert "Show older" not in plain
    filled(shop, name)
    with counted() as many:
        page = unescape(owner.get(path).text)
    assert len(many) == len(few)
    seen = re.findall(ROW, page)
    assert seen == [f"{number:03d}" for number in range(COUNT - 1, COUNT - 21, -1)]
    while following := re.search(rf'href="([^"#]+)#{name}"[^>]*hx-get="([^"]+)"', page):
        assert following[1] == following[2]
        part = owner.partial(following[2])
        assert part.status_code == 200 and "<html" not in part.text
        last, page = following[1], unescape(part.text)
        seen += re.findall(ROW, page)
    assert seen == [f"{number:03d}" for number in range(COUNT - 1, -1, -1)]
    whole = unescape(owner.get(last).text)  # without scripts
    assert re.findall(ROW, whole) == [f"{number:03d}" for number in range(4, -1, -1)]
    assert f'href="{path}#{name}"' in whole and f'id="{name}"' in whole


def test_a_bad_cursor_is_refused(shop: Shop, owner: Person) -> None:
    for name in LISTS:
        url = f"{shop.url}/orders/{shop.order}?{name}=rubbish"
        assert (owner.get(url).status_code, owner.partial(url).status_code) == (400, 400), name
